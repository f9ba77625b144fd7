// What events say of a file: device, times, and which layer of an overlay it is in.
#pragma once
#include "record.h"

#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define NS_PER_S 1000000000ull

// The kernel's own encoding of a device number in user space.
INLINE u32 encode_device(u32 device)
{
	u32 major = device >> 20;
	u32 minor = device & 0xfffff;
	return (minor & 0xff) | (major << 8) | ((minor & ~0xffu) << 12);
}

#define NS_BITS 0x3fffffff // the kernel keeps a mark of its own above them

INLINE u64 as_ns(s64 seconds, u64 ns)
{
	return seconds < 0 ? 0 : (u64)seconds * NS_PER_S + (ns & NS_BITS);
}

INLINE u64 ctime_ns(struct inode *inode)
{
	if (bpf_core_field_exists(struct inode, i_ctime_sec))
		return as_ns(READ(inode, i_ctime_sec), READ(inode, i_ctime_nsec));
	if (bpf_core_field_exists(struct inode___v6_6, __i_ctime)) {
		struct inode___v6_6 *i = (void *)inode;
		return as_ns(READ(i, __i_ctime.tv_sec), READ(i, __i_ctime.tv_nsec));
	}
	struct inode___v5 *i = (void *)inode;
	return as_ns(READ(i, i_ctime.tv_sec), READ(i, i_ctime.tv_nsec));
}

INLINE u64 mtime_ns(struct inode *inode)
{
	if (bpf_core_field_exists(struct inode, i_mtime_sec))
		return as_ns(READ(inode, i_mtime_sec), READ(inode, i_mtime_nsec));
	if (bpf_core_field_exists(struct inode___v6_7, __i_mtime)) {
		struct inode___v6_7 *i = (void *)inode;
		return as_ns(READ(i, __i_mtime.tv_sec), READ(i, __i_mtime.tv_nsec));
	}
	struct inode___v5 *i = (void *)inode;
	return as_ns(READ(i, i_mtime.tv_sec), READ(i, i_mtime.tv_nsec));
}

enum layer { NOT_OVERLAY, LOWER_LAYER, UPPER_LAYER };

// An overlay's inode is followed by a pointer to its dentry in the upper layer, if it has one
// there.
INLINE enum layer overlay_layer(struct inode *inode)
{
	if (READ(READ(inode, i_sb), s_magic) != OVERLAYFS_SUPER_MAGIC)
		return NOT_OVERLAY;
	u64 upper = load64((u64)inode + bpf_core_type_size(struct inode));
	if (!upper)
		return LOWER_LAYER;
	struct inode *real = READ(AS(struct dentry, upper), d_inode);
	return real && READ(real, i_ino) ? UPPER_LAYER : LOWER_LAYER;
}

enum { O_WRONLY = 1, O_RDWR = 2, O_ACCMODE = 3, O_CREAT = 0100, O_TRUNC = 01000 };

enum { OPEN_NONBLOCK = 1 << 6, OPEN_DIRECT = 1 << 9, OPEN_CLOEXEC = 1 << 12 };

// Open flags as the event format numbers them.
INLINE u32 open_flags(u32 flags)
{
	static const u32 map[][2] = {
		{0100, 1 << 2},	      // CREAT
		{02000, 1 << 3},      // APPEND
		{010000, 1 << 4},     // DSYNC
		{0200, 1 << 5},	      // EXCL
		{04000, 1 << 6},      // NONBLOCK
		{04010000, 1 << 7},   // SYNC
		{01000, 1 << 8},      // TRUNC
		{040000, 1 << 9},     // DIRECT
		{0200000, 1 << 10},   // DIRECTORY
		{0100000, 1 << 11},   // LARGEFILE
		{02000000, 1 << 12},  // CLOEXEC
		{020200000, 1 << 13}, // TMPFILE
	};
	u32 access = flags & O_ACCMODE;
	u32 result = access == O_WRONLY ? 2 : access == O_RDWR ? 3 : 1;
#pragma clang loop unroll(full)
	for (u32 i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if ((flags & map[i][0]) == map[i][0])
			result |= map[i][1];
	return result;
}
