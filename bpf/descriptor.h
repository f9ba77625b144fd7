// The FD entry at a record's end: what the descriptor that an event is about refers to, after the
// call. With it user space needs no table of everybody's descriptors. Layout: a .scap FD entry.
#pragma once
#include "filter.h"
#include "inode.h"
#include "socket.h"

enum fd_type {
	FD_UNKNOWN,
	FD_FILE,
	FD_DIRECTORY,
	FD_IPV4,
	FD_IPV6,
	FD_IPV4_SERVER,
	FD_IPV6_SERVER,
	FD_FIFO,
	FD_UNIX,
	FD_EVENT,
	FD_UNSUPPORTED,
	FD_SIGNAL,
	FD_EVENTPOLL,
	FD_INOTIFY,
	FD_TIMERFD,
	FD_NETLINK,
	FD_FILE_V2,
	FD_BPF,
	FD_USERFAULTFD,
	FD_IO_URING,
	FD_MEMFD,
	FD_PIDFD,
};

#define ANON_INODE_FS_MAGIC 0x09041934
#define PIPEFS_MAGIC 0x50495045
#define PID_FS_MAGIC 0x50494446
#define NSFS_MAGIC 0x6e736673

// The first eight characters of a name as a number.
#define NAME8(a, b, c, d, e, f, g, h)                                                              \
	((u64)(a) | (u64)(b) << 8 | (u64)(c) << 16 | (u64)(d) << 24 | (u64)(e) << 32 |             \
	 (u64)(f) << 40 | (u64)(g) << 48 | (u64)(h) << 56)

INLINE u64 dentry_name8(struct dentry *dentry)
{
	u32 length = READ(dentry, d_name.len);
	u64 name = load64((u64)READ(dentry, d_name.name));
	return length >= 8 ? name : name & ((1ull << (length * 8)) - 1);
}

INLINE bool is_memfd(struct dentry *dentry)
{
	u64 prefix = NAME8('m', 'e', 'm', 'f', 'd', ':', 0, 0);
	return READ(dentry, d_parent) == dentry &&
	       (dentry_name8(dentry) & 0xffffffffffffull) == prefix;
}

INLINE u8 anonymous_type(struct dentry *dentry)
{
	switch (dentry_name8(dentry)) {
	case NAME8('[', 'e', 'v', 'e', 'n', 't', 'f', 'd'):
		return FD_EVENT;
	case NAME8('[', 'e', 'v', 'e', 'n', 't', 'p', 'o'):
		return FD_EVENTPOLL;
	case NAME8('[', 's', 'i', 'g', 'n', 'a', 'l', 'f'):
		return FD_SIGNAL;
	case NAME8('[', 't', 'i', 'm', 'e', 'r', 'f', 'd'):
		return FD_TIMERFD;
	case NAME8('[', 'u', 's', 'e', 'r', 'f', 'a', 'u'):
		return FD_USERFAULTFD;
	case NAME8('[', 'i', 'o', '_', 'u', 'r', 'i', 'n'):
		return FD_IO_URING;
	case NAME8('[', 'p', 'i', 'd', 'f', 'd', ']', 0):
		return FD_PIDFD;
	case NAME8('i', 'n', 'o', 't', 'i', 'f', 'y', 0):
		return FD_INOTIFY;
	case NAME8('b', 'p', 'f', '-', 'm', 'a', 'p', 0):
	case NAME8('b', 'p', 'f', '-', 'p', 'r', 'o', 'g'):
	case NAME8('b', 'p', 'f', '_', 'l', 'i', 'n', 'k'):
	case NAME8('b', 't', 'f', 0, 0, 0, 0, 0):
		return FD_BPF;
	}
	return FD_UNSUPPORTED;
}

INLINE u32 write_socket_entry(struct scratch *s, u32 pos, struct socket *socket, u8 *type)
{
	struct sock *sk = READ(socket, sk);
	u16 family = sk ? READ(sk, __sk_common.skc_family) : 0;
	u8 *to = s->data + bound(pos, DATA_MASK);
	if (family == AF_INET || family == AF_INET6) {
		u32 size = family == AF_INET6 ? 16 : 4;
		struct endpoint local, remote;
		local_end(sk, family, &local);
		write_ip(to, family, &local);
		if (READ(sk, __sk_common.skc_state) == TCP_LISTEN) {
			*type = family == AF_INET6 ? FD_IPV6_SERVER : FD_IPV4_SERVER;
			*(u16 *)(to + size) = local.port;
			to[size + 2] = l4_protocol(sk);
			return size + 3;
		}
		*type = family == AF_INET6 ? FD_IPV6 : FD_IPV4;
		remote_end(sk, family, &remote);
		write_ip(to + size, family, &remote);
		*(u16 *)(to + size + size) = local.port;
		*(u16 *)(to + size + size + 2) = remote.port;
		to[size + size + 4] = l4_protocol(sk);
		return size + size + 5;
	}
	if (family == AF_UNIX) {
		*type = FD_UNIX;
		struct sock *peer = READ(AS(struct unix_sock, sk), peer);
		*(u64 *)to = (u64)sk;
		*(u64 *)(to + 8) = (u64)peer;
		u32 length = write_unix_name(s, pos + 18, sk);
		if (!length)
			length = write_unix_name(s, pos + 18, peer);
		*(u16 *)(to + 16) = length;
		return 18 + length;
	}
	*type = family == AF_NETLINK ? FD_NETLINK : FD_UNSUPPORTED;
	*(u16 *)to = 0;
	return 2;
}

// The path of what is not a socket: u16 length and bytes.
INLINE u32 write_path_entry(struct scratch *s, u32 pos, struct task_struct *task, struct file *file)
{
	walk_from(s, task, (u64)READ(file, f_path.mnt), (u64)READ(file, f_path.dentry));
	u32 length = (write_path(s, pos + 2) - 1) & PATH_MASK;
	*(u16 *)(s->data + bound(pos, DATA_MASK)) = length;
	return 2 + length;
}

// A name that is no path: memfd:x, [eventfd], or none.
INLINE u32 write_name_entry(struct scratch *s, u32 pos, struct dentry *dentry)
{
	u32 length = READ(dentry, d_name.len) & 0xff;
	bpf_probe_read_kernel(s->data + bound(pos + 2, DATA_MASK), bound(length, 0xff),
			      READ(dentry, d_name.name));
	*(u16 *)(s->data + bound(pos, DATA_MASK)) = length;
	return 2 + length;
}

#define DIGITS 10

// A namespace as /proc shows it: uts:[4026531838].
INLINE u32 write_namespace_entry(struct scratch *s, u32 pos, struct inode *inode)
{
	u8 *to = s->data + bound(pos, DATA_MASK);
	struct ns_common *ns = AS(struct ns_common, READ(inode, i_private));
	const char *kind = READ(READ(ns, ops), name);
	s64 length = bpf_probe_read_kernel_str(to + 2, 16, kind);
	if (length < 1)
		length = 1;
	u32 at = pos + 2 + ((length - 1) & 15);
	u8 *digits = s->data + bound(at, DATA_MASK);
	u32 number = READ(inode, i_ino);
	digits[0] = ':';
	digits[1] = '[';
	for (s32 i = DIGITS - 1; i >= 0; i--) { // all namespaces have numbers of ten digits
		digits[2 + i] = '0' + number % 10;
		number /= 10;
	}
	digits[2 + DIGITS] = ']';
	u32 size = at + 3 + DIGITS - (pos + 2);
	*(u16 *)to = size;
	return 2 + size;
}

INLINE u32 write_file_entry(struct scratch *s, u32 pos, struct task_struct *task, struct file *file,
			    u8 *type)
{
	struct inode *inode = READ(file, f_inode);
	struct dentry *dentry = READ(file, f_path.dentry);
	u64 magic = READ(READ(inode, i_sb), s_magic);
	u16 mode = READ(inode, i_mode) & S_IFMT;
	if (magic == PID_FS_MAGIC) {
		*type = FD_PIDFD;
		*(u16 *)(s->data + bound(pos, DATA_MASK)) = 0;
		return 2;
	}
	if (magic == NSFS_MAGIC) {
		*type = FD_FILE;
		return write_namespace_entry(s, pos, inode);
	}
	if (magic == ANON_INODE_FS_MAGIC) {
		*type = anonymous_type(dentry);
		return write_name_entry(s, pos, dentry);
	}
	if (magic == PIPEFS_MAGIC || is_memfd(dentry)) {
		*type = magic == PIPEFS_MAGIC ? FD_FIFO : FD_MEMFD;
		return write_name_entry(s, pos, dentry);
	}
	if (mode == S_IFIFO || mode == S_IFDIR) {
		*type = mode == S_IFIFO ? FD_FIFO : FD_DIRECTORY;
		return write_path_entry(s, pos, task, file);
	}
	*type = FD_FILE_V2;
	*(u32 *)(s->data + bound(pos, DATA_MASK)) = open_flags(READ(file, f_flags));
	u32 length = 4 + write_path_entry(s, pos + 4, task, file);
	*(u32 *)(s->data + bound(pos + length, DATA_MASK)) =
		encode_device(READ(READ(inode, i_sb), s_dev));
	return length + 4;
}

#define FD_ENTRY_HEAD 17
#define FD_ENTRY_MASK 0x1fff

// Writes the entry of a descriptor of the current task; its length, 0 where it is not open.
GLOBAL u32 write_fd_entry(struct scratch *s, u32 pos, s32 fd)
{
	struct task_struct *task = current_task();
	u64 address = file_of(task, fd);
	if (!s || !address || pos > DATA_LIMIT)
		return 0;
	struct file *file = AS(struct file, address);
	struct socket *socket = socket_of(file);
	u8 type = FD_UNKNOWN;
	u32 length = socket ? write_socket_entry(s, pos + FD_ENTRY_HEAD, socket, &type)
			    : write_file_entry(s, pos + FD_ENTRY_HEAD, task, file, &type);
	u8 *to = s->data + bound(pos, DATA_MASK);
	*(s64 *)to = fd;
	*(u64 *)(to + 8) = READ(READ(file, f_inode), i_ino);
	to[16] = type;
	return FD_ENTRY_HEAD + length;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} tails SEC(".maps");

// Appends the FD entry of s->fd and sends the record. One program for all calls, entered by a tail
// call, so that the verifier looks at it once.
SEC("tracepoint")
int finish_with_fd(struct sys_exit *ctx)
{
	(void)ctx;
	struct scratch *s = this_scratch();
	if (!s)
		return 0;
	s->record.fd_length = write_fd_entry(s, HEADER(s, u32, length), s->fd) & FD_ENTRY_MASK;
	send_record(s, s->urgency);
	return 0;
}

// Ends an event with what `fd` refers to now.
#define SUBMIT_WITH_FD(ctx, e, number, level)                                                      \
	({                                                                                         \
		close_event(e);                                                                    \
		(e)->s->fd = (number);                                                             \
		(e)->s->urgency = (level);                                                         \
		bpf_tail_call(ctx, &tails, AGAIN((e)->s->tail));                                   \
		send_record((e)->s, level);                                                        \
	})
