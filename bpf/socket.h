// Addresses of sockets, from the kernel's own structures.
#pragma once
#include "record.h"

enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10, AF_NETLINK = 16 };
enum { SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3 };
enum { TCP_LISTEN = 10 };
enum {
	IPPROTO_ICMP = 1,
	IPPROTO_TCP = 6,
	IPPROTO_UDP = 17,
	IPPROTO_ICMPV6 = 58,
	IPPROTO_RAW = 255
};
enum { L4_UNKNOWN, L4_TCP, L4_UDP, L4_ICMP, L4_RAW };
enum {
	S_IFMT = 0170000,
	S_IFSOCK = 0140000,
	S_IFREG = 0100000,
	S_IFDIR = 0040000,
	S_IFIFO = 0010000
};
#define SOCKFS_MAGIC 0x534f434b
#define UNIX_PATH_MASK 127

// An address as the event format has it: network order bytes, port as a number.
struct endpoint {
	u64 ip[2]; // IPv4 in the low half of the first
	u16 port;
};

INLINE struct socket *socket_of(struct file *file)
{
	struct inode *inode = READ(file, f_inode);
	if ((READ(inode, i_mode) & S_IFMT) != S_IFSOCK ||
	    READ(READ(inode, i_sb), s_magic) != SOCKFS_MAGIC)
		return NULL;
	return AS(struct socket, READ(file, private_data));
}

INLINE void load_in6(struct endpoint *end, u64 address)
{
	end->ip[0] = load64(address);
	end->ip[1] = load64(address + 8);
}

INLINE void local_end(struct sock *sk, u16 family, struct endpoint *end)
{
	struct inet_sock *inet = AS(struct inet_sock, sk);
	end->port = __builtin_bswap16(READ(inet, inet_sport));
	if (!end->port)
		end->port = READ(sk, __sk_common.skc_num);
	if (family == AF_INET6) {
		load_in6(end, (u64)sk + bpf_core_field_offset(struct sock,
							      __sk_common.skc_v6_rcv_saddr));
		return;
	}
	end->ip[0] = READ(inet, inet_saddr);
	if (!end->ip[0])
		end->ip[0] = READ(sk, __sk_common.skc_rcv_saddr);
	end->ip[1] = 0;
}

INLINE void remote_end(struct sock *sk, u16 family, struct endpoint *end)
{
	end->port = __builtin_bswap16(READ(sk, __sk_common.skc_dport));
	if (family == AF_INET6) {
		load_in6(end,
			 (u64)sk + bpf_core_field_offset(struct sock, __sk_common.skc_v6_daddr));
		return;
	}
	end->ip[0] = READ(sk, __sk_common.skc_daddr);
	end->ip[1] = 0;
}

// A socket address in user memory; the family, 0 where it cannot be read.
INLINE u16 user_end(u64 address, struct endpoint *end)
{
	u8 raw[28] = {};
	if (!address || bpf_probe_read_user(raw, 16, (void *)address))
		return 0;
	u16 family = *(u16 *)raw;
	end->port = __builtin_bswap16(*(u16 *)(raw + 2));
	end->ip[0] = *(u32 *)(raw + 4);
	end->ip[1] = 0;
	if (family == AF_INET6 && !bpf_probe_read_user(raw, sizeof(raw), (void *)address)) {
		end->ip[0] = *(u64 *)(raw + 8);
		end->ip[1] = *(u64 *)(raw + 16);
	}
	return family;
}

INLINE u32 write_ip(u8 *to, u16 family, struct endpoint *end)
{
	if (family != AF_INET6) {
		*(u32 *)to = end->ip[0];
		return 4;
	}
	*(u64 *)to = end->ip[0];
	*(u64 *)(to + 8) = end->ip[1];
	return 16;
}

// The path of a unix socket's name at `pos`; an abstract name without its leading NUL. No final
// NUL.
INLINE u32 write_unix_name(struct scratch *s, u32 pos, struct sock *sk)
{
	if (!sk)
		return 0;
	struct unix_address *address = READ(AS(struct unix_sock, sk), addr);
	if (!address)
		return 0;
	s32 length = READ(address, len) - 2;
	u64 path = (u64)address + bpf_core_type_size(struct unix_address) + 2;
	if (length <= 0)
		return 0;
	if (!(load64(path) & 0xff)) {
		path++;
		length--;
	}
	s64 written = bpf_probe_read_kernel_str(s->data + bound(pos, DATA_MASK),
						bound(length + 1, UNIX_PATH_MASK), (void *)path);
	return written > 0 ? (written - 1) & UNIX_PATH_MASK : 0;
}

INLINE u8 l4_protocol(struct sock *sk)
{
	switch (READ(sk, sk_protocol)) {
	case IPPROTO_TCP:
		return L4_TCP;
	case IPPROTO_UDP:
		return L4_UDP;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return L4_ICMP;
	case IPPROTO_RAW:
		return L4_RAW;
	}
	return L4_UNKNOWN;
}

enum direction { OUTBOUND, INBOUND }; // source is this end, or the other

// family, source ip and port, destination ip and port; for unix: family, the sockets of receiver
// and sender, the receiver's name. `peer` (user memory) says where to when the socket itself is not
// connected.
INLINE void put_tuple(struct event *e, struct sock *sk, const enum direction direction, u64 peer)
{
	u16 family = READ(sk, __sk_common.skc_family);
	u8 *to = e->s->data + bound(e->pos, DATA_MASK);
	if (family == AF_INET || family == AF_INET6) {
		struct endpoint local = {}, remote = {};
		local_end(sk, family, &local);
		remote_end(sk, family, &remote);
		if (!remote.port && peer) // not connected, or refused
			user_end(peer, &remote);
		struct endpoint *from = direction == OUTBOUND ? &local : &remote;
		struct endpoint *dest = direction == OUTBOUND ? &remote : &local;
		u32 size = family == AF_INET6 ? 16 : 4;
		to[0] = family;
		write_ip(to + 1, family, from);
		*(u16 *)(to + 1 + size) = from->port;
		write_ip(to + 3 + size, family, dest);
		*(u16 *)(to + 3 + size + size) = dest->port;
		end_param(e, 5 + size + size);
		return;
	}
	if (family != AF_UNIX) {
		put_empty(e);
		return;
	}
	struct sock *other = READ(AS(struct unix_sock, sk), peer);
	to[0] = family;
	*(u64 *)(to + 1) = direction == OUTBOUND ? (u64)other : (u64)sk;
	*(u64 *)(to + 9) = direction == OUTBOUND ? (u64)sk : (u64)other;
	u32 length = write_unix_name(e->s, e->pos + 17, direction == OUTBOUND ? other : sk);
	if (!length && direction == OUTBOUND && peer) {
		s64 n = bpf_probe_read_user_str(e->s->data + bound(e->pos + 17, DATA_MASK), 108,
						(void *)(peer + 2));
		length = n > 0 ? (n - 1) & UNIX_PATH_MASK : 0;
	}
	e->s->data[bound(e->pos + 17 + length, DATA_MASK)] = 0;
	end_param(e, 18 + length);
}

// A socket address in user memory as a parameter.
INLINE void put_user_address(struct event *e, u64 address)
{
	struct endpoint end = {};
	u16 family = user_end(address, &end);
	u8 *to = e->s->data + bound(e->pos, DATA_MASK);
	if (family == AF_INET || family == AF_INET6) {
		to[0] = family;
		u32 size = family == AF_INET6 ? 16 : 4;
		write_ip(to + 1, family, &end);
		*(u16 *)(to + 1 + size) = end.port;
		end_param(e, 3 + size);
		return;
	}
	if (family != AF_UNIX) {
		put_empty(e);
		return;
	}
	to[0] = family;
	u64 path = address + 2;
	u8 first = 0;
	bpf_probe_read_user(&first, 1, (void *)path);
	s64 n = bpf_probe_read_user_str(e->s->data + bound(e->pos + 1, DATA_MASK), 108,
					(void *)(first ? path : path + 1));
	end_param(e, n > 0 ? 1 + (n & UNIX_PATH_MASK) : 1);
}
