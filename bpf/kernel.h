// The few kernel structures that the programs read, each with only the members used. Offsets are
// those of the running kernel (CO-RE); ___suffix marks the shape of other kernel versions. Here:
// files and cgroups.
#pragma once
#include "event.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct qstr {
	union {
		struct {
			u32 hash;
			u32 len;
		};
		u64 hash_len;
	};
	unsigned char *name;
};

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

typedef struct {
	u32 val;
} kuid_t;

typedef struct {
	u32 val;
} kgid_t;

struct super_block {
	u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
};

struct inode {
	u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	u32 i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
	void *i_private;
	u32 i_rdev;
	u32 i_nlink;
	s64 i_mtime_sec; // from 6.11
	s64 i_ctime_sec;
	u32 i_mtime_nsec;
	u32 i_ctime_nsec;
};

struct proc_ns_operations {
	char *name;
};

struct ns_common {
	struct proc_ns_operations *ops;
};

struct inode___v6_6 {
	struct timespec64 __i_ctime;
};

struct inode___v6_7 {
	struct timespec64 __i_mtime;
};

struct inode___v5 {
	struct timespec64 i_ctime;
	struct timespec64 i_mtime;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	s32 mnt_flags;
};

struct mnt_namespace {
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file_operations {
};

struct file {
	u32 f_mode;
	struct file_operations *f_op;
	void *private_data;
	struct inode *f_inode;
	u32 f_flags;
	struct path f_path;
	s64 f_pos;
};

struct fdtable {
	u32 max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

struct kernfs_node {
	struct kernfs_node *parent;
	char *name;
	u64 id;
};

struct kernfs_node___v6_15 {
	struct kernfs_node *__parent;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

// Only the names count: the running kernel says what number each has, and which it lacks.
enum cgroup_subsys_id {
	cpuset_cgrp_id,
	cpu_cgrp_id,
	cpuacct_cgrp_id,
	io_cgrp_id,
	memory_cgrp_id,
	pids_cgrp_id,
};

struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
};

// x86-64. A system call's arguments stay in its registers; only ax changes.
struct pt_regs {
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long r10;
	unsigned long r8;
	unsigned long r9;
	unsigned long orig_ax;
};

// arm64: regs[0] becomes the result, orig_x0 keeps the first argument.
struct pt_regs___arm64 {
	u64 regs[31];
	u64 orig_x0;
	s32 syscallno;
};

// Exists from 6.2 on, as bpf_rdonly_cast does.
struct bpf_list_head___probe {
};

#pragma clang attribute pop

// The context of tracepoint/syscalls/sys_exit_*; its layout is user-space interface.
struct sys_exit {
	u64 common;
	s64 number;
	s64 result;
};

struct sys_enter {
	u64 common;
	s64 number;
	u64 args[6];
};

#include "kernel-net.h"
#include "kernel-task.h"
