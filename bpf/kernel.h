// The few kernel structures that the programs read, each with only the members used. Offsets are
// those of the running kernel (CO-RE); ___suffix marks the shape of other kernel versions.
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

struct mnt_namespace {};

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

struct file_operations {};

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

struct pid_namespace {
	struct task_struct *child_reaper;
	u32 level;
};

struct upid {
	s32 nr;
	struct pid_namespace *ns;
};

struct pid {
	u32 level;
	struct upid numbers[1];
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct net *net_ns;
	struct cgroup_namespace *cgroup_ns;
};

struct tty_driver {
	s32 major;
	s32 minor_start;
};

struct tty_struct {
	s32 index;
	struct tty_driver *driver;
};

struct rlimit {
	unsigned long rlim_cur;
};

typedef struct {
	s32 counter;
} atomic_t;

struct signal_struct {
	atomic_t live;
	u32 is_child_subreaper : 1;
	struct pid *pids[4]; // PID, TGID, PGID, SID
	struct tty_struct *tty;
	struct rlimit rlim[16];
};

struct group_info {
	s32 ngroups;
	kgid_t gid[1];
};

// Two u32 up to 6.2, one u64 from 6.3: eight bytes either way.
typedef struct {
	u64 val;
} kernel_cap_t;

struct uid_gid_extent {
	u32 first;
	u32 lower_first;
	u32 count;
};

struct uid_gid_map {
	struct uid_gid_extent extent[5];
	u32 nr_extents;
};

struct user_namespace {
	struct uid_gid_map uid_map;
	struct uid_gid_map gid_map;
};

struct cred {
	kuid_t uid;
	kgid_t gid;
	kuid_t suid;
	kgid_t sgid;
	kuid_t euid;
	kgid_t egid;
	kuid_t fsuid;
	kgid_t fsgid;
	kernel_cap_t cap_inheritable;
	kernel_cap_t cap_permitted;
	kernel_cap_t cap_effective;
	struct user_namespace *user_ns;
	struct group_info *group_info;
};

struct percpu_counter {
	s64 count;
};

struct mm_struct {
	unsigned long total_vm;
	unsigned long arg_start;
	unsigned long arg_end;
	unsigned long env_start;
	unsigned long env_end;
	struct file *exe_file;
	struct percpu_counter rss_stat[4]; // file, anonymous, swap, shared
};

struct mm_rss_stat {
	struct {
		s64 counter;
	} count[4];
};

struct mm_struct___v6_1 {
	struct mm_rss_stat rss_stat;
};

struct thread_info {
	unsigned long flags;
	u32 status;
};

struct sighand_struct {};

struct list_head {
	struct list_head *next;
};

struct task_struct {
	struct list_head children;
	struct thread_info thread_info;
	u32 flags;
	struct mm_struct *mm;
	s32 exit_code;
	s32 pid;
	s32 tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	u64 start_time;
	u64 start_boottime;
	unsigned long min_flt;
	unsigned long maj_flt;
	struct cred *real_cred;
	struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	kuid_t loginuid;
	struct css_set *cgroups;
};

struct linux_binprm {
	struct file *file;
	char *filename;
	char *interp;
	char buf[256];
};

union __sifields {
	struct {
		s32 _pid;
	} _kill;
};

struct kernel_siginfo {
	s32 si_code;
	union __sifields _sifields;
};

struct sigaction {
	void *sa_handler;
};

struct k_sigaction {
	struct sigaction sa;
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

struct in6_addr {
	u64 words[2];
};

struct sock_common {
	u32 skc_daddr;     // network order
	u32 skc_rcv_saddr;
	u16 skc_dport;     // network order
	u16 skc_num;       // host order
	u16 skc_family;
	u8 skc_state;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	u16 sk_protocol;
	u16 sk_type;
	u32 sk_ack_backlog;
	u32 sk_max_ack_backlog;
};

struct socket {
	s16 type;
	struct sock *sk;
};

struct ipv6_pinfo {
	struct in6_addr saddr;
};

struct inet_sock {
	struct ipv6_pinfo *pinet6;
	u32 inet_saddr;
	u16 inet_sport;
};

struct unix_address {
	s32 len;
};

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
};

// Exists from 6.2 on, as bpf_rdonly_cast does.
struct bpf_list_head___probe {};

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
