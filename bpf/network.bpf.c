// Sockets: who talks to whom. Addresses come from the socket; where that is not connected, from the
// caller's message.
#include "call.h"
#include "filter.h"

INLINE struct sock *sock_of_fd(struct task_struct *task, s32 fd)
{
	u64 address = file_of(task, fd);
	if (!address)
		return NULL;
	struct socket *socket = socket_of(AS(struct file, address));
	return socket ? READ(socket, sk) : NULL;
}

INLINE void put_tuple_of(struct event *e, struct sock *sk, const enum direction direction, u64 peer)
{
	if (sk)
		put_tuple(e, sk, direction, peer);
	else
		put_empty(e);
}

ON_EXIT(socket)
{
	BEGIN(SOCKET_SOCKET_X, 5);
	put_u32(e, ARG0(regs) & 0xff);
	put_u32(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	put_u32(e, 0);
	return END_WITH_FD(result, BULK);
}

ON_EXIT(socketpair)
{
	BEGIN(SOCKET_SOCKETPAIR_X, 8);
	s32 pair[2];
	put_fd_pair(e, ARG3(regs), result, pair);
	struct sock *sk = sock_of_fd(task, pair[0]);
	put_u64(e, (u64)sk);
	put_u64(e, sk ? (u64)READ(AS(struct unix_sock, sk), peer) : 0);
	put_u32(e, ARG0(regs) & 0xff);
	put_u32(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END(BULK);
}

// After EINPROGRESS too the socket knows both ends.
ON_EXIT(connect)
{
	BEGIN(SOCKET_CONNECT_X, 4);
	s32 fd = ARG0(regs);
	put_tuple_of(e, sock_of_fd(task, fd), OUTBOUND, ARG1(regs));
	put_s64(e, fd);
	put_user_address(e, ARG1(regs));
	return END_WITH_FD(fd, BULK);
}

ON_EXIT(bind)
{
	BEGIN(SOCKET_BIND_X, 3);
	put_user_address(e, ARG1(regs));
	put_fd(e, ARG0(regs));
	return END_WITH_FD(ARG0(regs), BULK);
}

ON_EXIT(listen)
{
	BEGIN(SOCKET_LISTEN_X, 3);
	put_fd(e, ARG0(regs));
	put_u32(e, ARG1(regs));
	return END_WITH_FD(ARG0(regs), BULK);
}

// The new connection, seen from its client, and how full the listener's queue is.
INLINE void put_accepted(struct event *e, struct task_struct *task, s32 fd, s32 listener)
{
	struct sock *sk = sock_of_fd(task, listener);
	u32 waiting = fd >= 0 && sk ? READ(sk, sk_ack_backlog) : 0;
	u32 most = fd >= 0 && sk ? READ(sk, sk_max_ack_backlog) : 0;
	put_tuple_of(e, sock_of_fd(task, fd), INBOUND, 0);
	put_u8(e, most ? (u64)waiting * 100 / most : 0);
	put_u32(e, waiting);
	put_u32(e, most);
}

ON_EXIT(accept)
{
	BEGIN(SOCKET_ACCEPT_5_X, 5);
	put_accepted(e, task, result, ARG0(regs));
	return END_WITH_FD(result, BULK);
}

ON_EXIT(accept4)
{
	BEGIN(SOCKET_ACCEPT4_6_X, 6);
	put_accepted(e, task, result, ARG0(regs));
	put_u32(e, ARG3(regs));
	return END_WITH_FD(result, BULK);
}

ON_EXIT(shutdown)
{
	BEGIN(SOCKET_SHUTDOWN_X, 3);
	put_fd(e, ARG0(regs));
	put_u8(e, ARG1(regs));
	return END_WITH_FD(ARG0(regs), BULK);
}

// The port at the other end: the socket's, or the one that an unconnected caller names; 0 for none.
INLINE u16 remote_port(struct sock *sk, u64 peer)
{
	u16 family = sk ? READ(sk, __sk_common.skc_family) : 0;
	if (family != AF_INET && family != AF_INET6)
		return 0;
	struct endpoint end = {};
	remote_end(sk, family, &end);
	if (!end.port && peer)
		user_end(peer, &end);
	return end.port;
}

// How much of a message is kept: all of a name server's, the beginning of others.
INLINE u32 snap_size(struct sock *sk, u64 peer)
{
	return remote_port(sk, peer) == DNS_PORT ? DNS_BYTES : SNAP_BYTES;
}

// Most of what servers send is no question: where rules want nothing else, it ends here.
INLINE bool is_useless_message(const u16 type, s32 fd, u64 peer)
{
	struct type_rule *rule = &control.rules[type];
	if (rule->mode[CLASS_READ] != FILTER_TESTS)
		return false;
	if (port_passes(rule, remote_port(sock_of_fd(current_task(), fd), peer)))
		return false;
	COUNT(type, filtered);
	return true;
}

INLINE void put_data(struct event *e, u64 address, s64 length, u32 most)
{
	u64 size = length <= 0 ? 0 : length < most ? length : most;
	put_user_bytes(e, address, size, DNS_MASK);
}

ON_EXIT(sendto)
{
	struct pt_regs *caller = current_registers();
	if (is_useless_message(SOCKET_SENDTO_X, ARG0(caller), ARG4(caller)))
		return 0;
	BEGIN(SOCKET_SENDTO_X, 5);
	struct sock *sk = sock_of_fd(task, ARG0(regs));
	u64 peer = ARG4(regs);
	s64 size = result >= 0 ? result : (s64)ARG2(regs);
	put_data(e, ARG1(regs), size, snap_size(sk, peer));
	put_fd(e, ARG0(regs));
	put_u32(e, ARG2(regs));
	put_tuple_of(e, sk, OUTBOUND, peer);
	return END_WITH_FD(ARG0(regs), BULK);
}

ON_EXIT(recvfrom)
{
	BEGIN(SOCKET_RECVFROM_X, 5);
	struct sock *sk = sock_of_fd(task, ARG0(regs));
	u64 peer = result >= 0 ? ARG4(regs) : 0;
	put_data(e, ARG1(regs), result, snap_size(sk, peer));
	put_tuple_of(e, result >= 0 ? sk : NULL, INBOUND, peer);
	put_fd(e, ARG0(regs));
	put_u32(e, ARG2(regs));
	return END_WITH_FD(ARG0(regs), BULK);
}

// struct user_msghdr
struct message {
	u64 name;
	u64 name_length;
	u64 vectors;
	u64 vector_count;
	u64 control;
	u64 control_length;
};

INLINE struct message load_message(u64 address)
{
	struct message message = {};
	bpf_probe_read_user(&message, sizeof(message), (void *)address);
	return message;
}

#define VECTORS 8 // of which the sizes are added up

// The bytes that the caller's vectors have room for.
INLINE u32 vectors_size(struct message *message)
{
	u64 sum = 0;
	for (u32 i = 0; i < VECTORS; i++) {
		u64 length = 0;
		if (i >= message->vector_count)
			break;
		bpf_probe_read_user(&length, 8, (void *)(message->vectors + i * 16 + 8));
		sum += length;
	}
	return sum;
}

ON_EXIT(sendmsg)
{
	struct pt_regs *caller = current_registers();
	struct message message = load_message(ARG1(caller));
	if (is_useless_message(SOCKET_SENDMSG_X, ARG0(caller), message.name))
		return 0;
	BEGIN(SOCKET_SENDMSG_X, 5);
	struct sock *sk = sock_of_fd(task, ARG0(regs));
	u32 size = vectors_size(&message);
	s64 sent = result >= 0 ? result : size;
	put_first_vector(e, message.vectors, sent, snap_size(sk, message.name));
	put_fd(e, ARG0(regs));
	put_u32(e, size);
	put_tuple_of(e, sk, OUTBOUND, message.name);
	return END_WITH_FD(ARG0(regs), BULK);
}

ON_EXIT(recvmsg)
{
	BEGIN(SOCKET_RECVMSG_X, 6);
	struct message message = load_message(ARG1(regs));
	struct sock *sk = sock_of_fd(task, ARG0(regs));
	bool is_done = result >= 0;
	put_u32(e, vectors_size(&message));
	put_first_vector(e, message.vectors, result, snap_size(sk, message.name));
	put_tuple_of(e, is_done ? sk : NULL, INBOUND, message.name);
	u64 control_length = message.control_length;
	put_user_bytes(e, message.control,
		       is_done && control_length < SNAP_BYTES ? control_length : 0, SNAP_MASK);
	put_fd(e, ARG0(regs));
	return END_WITH_FD(ARG0(regs), BULK);
}

#define MESSAGES 4 // of one sendmmsg; a resolver sends two
#define MESSAGE_SIZE 64

// One event a message: its result is that message's length.
ON_EXIT(sendmmsg)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = current_registers();
	s32 fd = ARG0(regs);
	struct sock *sk = sock_of_fd(task, fd);
	struct event event, *e = &event;
	if (is_own(task))
		return 0;
	for (s32 i = 0; i < MESSAGES; i++) {
		if (i >= ctx->result && i > 0)
			break;
		u64 address = ARG1(regs) + i * MESSAGE_SIZE;
		struct message message = load_message(address);
		if (is_useless_message(SOCKET_SENDMMSG_X, fd, message.name))
			continue;
		u32 sent = 0;
		bpf_probe_read_user(&sent, sizeof(sent), (void *)(address + 56));
		if (!begin(e, task, SOCKET_SENDMMSG_X, 5))
			return 0;
		put_s64(e, ctx->result < 0 ? ctx->result : sent);
		put_s64(e, fd);
		u32 size = vectors_size(&message);
		put_u32(e, size);
		put_first_vector(e, message.vectors, ctx->result < 0 ? size : sent,
				 snap_size(sk, message.name));
		put_tuple_of(e, sk, OUTBOUND, message.name);
		close_event(e);
		e->s->record.fd_length = write_fd_entry(e->s, e->pos, fd) & FD_ENTRY_MASK;
		send_record(e->s, BULK);
	}
	return 0;
}
