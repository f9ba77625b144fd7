// The life of processes: fork, exec, exit. Always attached: the process tree stands on them.
#include "filter.h"
#include "inode.h"
#include "event-types.h"

enum {
	CLONE_FILES = 1 << 0,
	CLONE_FS = 1 << 1,
	CLONE_NEWIPC = 1 << 3,
	CLONE_NEWNET = 1 << 4,
	CLONE_NEWNS = 1 << 5,
	CLONE_NEWPID = 1 << 6,
	CLONE_NEWUTS = 1 << 7,
	CLONE_SIGHAND = 1 << 11,
	CLONE_THREAD = 1 << 13,
	CLONE_VM = 1 << 15,
	CLONE_NEWUSER = 1 << 20,
	CLONE_VFORK = 1 << 27,
	CLONE_NEWCGROUP = 1 << 28,
	CHILD_IN_PIDNS = 1 << 29,
};

enum { EXE_WRITABLE = 1, EXE_UPPER_LAYER = 2, EXE_FROM_MEMFD = 4, EXE_LOWER_LAYER = 8 };
enum { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID };
enum { RLIMIT_NOFILE = 7 };

// A task's number as its own pid namespace sees it.
INLINE s64 nr_in_own_namespace(struct pid *pid)
{
	if (!pid)
		return 0;
	u64 at = (u64)pid + bpf_core_field_offset(struct pid, numbers) +
		 (u64)(READ(pid, level) & 31) * bpf_core_type_size(struct upid);
	return READ(AS(struct upid, at), nr);
}

INLINE struct pid_namespace *pid_namespace_of(struct pid *pid)
{
	u64 at = (u64)pid + bpf_core_field_offset(struct pid, numbers) +
		 (u64)(READ(pid, level) & 31) * bpf_core_type_size(struct upid);
	return READ(AS(struct upid, at), ns);
}

// A macro because a member's place is known only for a constant index.
#define RSS_PAGES(mm, kind)                                                                        \
	({                                                                                         \
		s64 pages_ = bpf_core_type_exists(struct mm_rss_stat)                              \
				     ? READ((struct mm_struct___v6_1 *)(mm), rss_stat.count[kind].counter) \
				     : READ(mm, rss_stat[kind].count);                             \
		(u64)(pages_ < 0 ? 0 : pages_);                                                    \
	})

// Faults and memory sizes in KiB: five parameters that execve and clone share.
INLINE void put_memory(struct event *e, struct task_struct *task)
{
	put_u64(e, READ(task, maj_flt));
	put_u64(e, READ(task, min_flt));
	struct mm_struct *mm = READ(task, mm);
	if (!mm) {
		put_u32(e, 0);
		put_u32(e, 0);
		put_u32(e, 0);
		return;
	}
	put_u32(e, READ(mm, total_vm) << 2);
	put_u32(e, (RSS_PAGES(mm, 0) + RSS_PAGES(mm, 1) + RSS_PAGES(mm, 3)) << 2);
	put_u32(e, RSS_PAGES(mm, 2) << 2);
}

INLINE u64 fd_limit(struct task_struct *task)
{
	return READ(READ(task, signal), rlim[RLIMIT_NOFILE].rlim_cur);
}

// Clone flags as the kernel carried them out: from what parent and child share.
INLINE u32 clone_flags(struct task_struct *parent, struct task_struct *child)
{
	u32 flags = 0;
	if (READ(parent, files) == READ(child, files))
		flags |= CLONE_FILES;
	if (READ(parent, fs) == READ(child, fs))
		flags |= CLONE_FS;
	if (READ(parent, sighand) == READ(child, sighand))
		flags |= CLONE_SIGHAND;
	if (READ(parent, tgid) == READ(child, tgid))
		flags |= CLONE_THREAD;
	if (READ(parent, mm) == READ(child, mm))
		flags |= CLONE_VM;
	if (READ(READ(parent, cred), user_ns) != READ(READ(child, cred), user_ns))
		flags |= CLONE_NEWUSER;
	struct nsproxy *a = READ(parent, nsproxy);
	struct nsproxy *b = READ(child, nsproxy);
	if (a != b) {
		flags |= READ(a, ipc_ns) != READ(b, ipc_ns) ? CLONE_NEWIPC : 0;
		flags |= READ(a, net_ns) != READ(b, net_ns) ? CLONE_NEWNET : 0;
		flags |= READ(a, mnt_ns) != READ(b, mnt_ns) ? CLONE_NEWNS : 0;
		flags |= READ(a, uts_ns) != READ(b, uts_ns) ? CLONE_NEWUTS : 0;
		flags |= READ(a, cgroup_ns) != READ(b, cgroup_ns) ? CLONE_NEWCGROUP : 0;
	}
	struct pid_namespace *ns = pid_namespace_of(READ(child, thread_pid));
	if (ns != pid_namespace_of(READ(parent, thread_pid)))
		flags |= CLONE_NEWPID;
	if (READ(ns, level))
		flags |= CHILD_IN_PIDNS;
	return flags;
}

// The child, at its birth. What it has from its parent (exe, args, cwd, cgroups) is left empty.
SEC("tp_btf/sched_process_fork")
int process_fork(u64 *ctx)
{
	struct task_struct *parent = (void *)ctx[0];
	struct task_struct *child = (void *)ctx[1];
	COUNT(SYSCALL_CLONE_20_X, seen);
	struct event event, *e = &event;
	if (!begin(e, child, SYSCALL_CLONE_20_X, 21))
		return 0;
	put_s64(e, 0);
	put_empty(e); // exe
	put_empty(e); // args
	put_s64(e, READ(child, pid));
	put_s64(e, READ(child, tgid));
	put_s64(e, READ(READ(child, real_parent), pid));
	put_empty(e); // cwd
	put_u64(e, fd_limit(child));
	put_memory(e, child);
	put_kernel_string(e, &child->comm, 15);
	put_empty(e); // cgroups
	put_u32(e, clone_flags(parent, child));
	put_u32(e, READ(READ(child, cred), euid.val));
	put_u32(e, READ(READ(child, cred), egid.val));
	struct pid *pid = READ(child, thread_pid);
	put_s64(e, nr_in_own_namespace(pid));
	put_s64(e, nr_in_own_namespace(READ(READ(child, signal), pids[PIDTYPE_TGID])));
	put_u64(e, READ(READ(pid_namespace_of(pid), child_reaper), start_boottime));
	submit(e, STATE);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int process_exit(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	COUNT(PROCEXIT_1_E, seen);
	struct event event, *e = &event;
	if (!begin(e, task, PROCEXIT_1_E, 5))
		return 0;
	u32 code = READ(task, exit_code);
	put_s64(e, (s64)(s32)code);
	put_s64(e, (code >> 8) & 0xff);
	put_u8(e, code & 0x7f);
	put_u8(e, (code & 0x7f) && (code & 0x80));
	put_s64(e, 0);
	submit(e, STATE);
	return 0;
}

INLINE u32 tty_of(struct task_struct *task)
{
	struct tty_struct *tty = READ(READ(task, signal), tty);
	if (!tty)
		return 0;
	struct tty_driver *driver = READ(tty, driver);
	return encode_device((READ(driver, major) << 20 | READ(driver, minor_start)) + READ(tty, index));
}

INLINE u32 login_uid(struct task_struct *task)
{
	return bpf_core_field_exists(struct task_struct, loginuid) ? READ(task, loginuid.val) : (u32)-1;
}

INLINE u32 exe_flags(struct file *exe)
{
	struct inode *inode = READ(exe, f_inode);
	enum layer layer = overlay_layer(inode);
	u32 flags = 0;
	if (layer == UPPER_LAYER)
		flags |= EXE_UPPER_LAYER;
	if (layer == LOWER_LAYER)
		flags |= EXE_LOWER_LAYER;
	return flags;
}

SEC("tp_btf/sched_process_exec")
int process_exec(u64 *ctx)
{
	struct task_struct *task = current_task();
	struct linux_binprm *bprm = (void *)ctx[2];
	COUNT(SYSCALL_EXECVE_19_X, seen);
	if (READ(task, flags) & PF_KTHREAD)
		return 0;
	struct event event, *e = &event;
	if (!begin(e, task, SYSCALL_EXECVE_19_X, 31))
		return 0;
	struct mm_struct *mm = READ(task, mm);
	struct cred *cred = READ(task, cred);
	struct file *exe = READ(mm, exe_file);
	put_s64(e, 0);
	u64 start = READ(mm, arg_start);
	u64 end = READ(mm, arg_end);
	u32 before = e->pos;
	put_user_string(e, start, PATH_MASK);
	start += e->pos - before;
	put_user_bytes(e, start, end > start ? end - start : 0, ARGS_MASK);
	put_s64(e, READ(task, pid));
	put_s64(e, READ(task, tgid));
	put_s64(e, READ(READ(task, real_parent), pid));
	walk_from(task, (u64)READ(READ(task, fs), pwd.mnt), (u64)READ(READ(task, fs), pwd.dentry));
	put_walked_path(e);
	put_u64(e, fd_limit(task));
	put_memory(e, task);
	put_kernel_string(e, &task->comm, 15);
	put_empty(e); // cgroups
	u64 env = READ(mm, env_start);
	u64 env_end = READ(mm, env_end);
	put_user_bytes(e, env, env_end > env ? env_end - env : 0, ARGS_MASK);
	put_u32(e, tty_of(task));
	put_s64(e, nr_in_own_namespace(READ(READ(task, signal), pids[PIDTYPE_PGID])));
	put_u32(e, login_uid(task));
	put_u32(e, exe_flags(exe));
	put_u64(e, READ(cred, cap_inheritable.val));
	put_u64(e, READ(cred, cap_permitted.val));
	put_u64(e, READ(cred, cap_effective.val));
	struct inode *inode = READ(exe, f_inode);
	put_u64(e, READ(inode, i_ino));
	put_u64(e, ctime_ns(inode));
	put_u64(e, mtime_ns(inode));
	put_u32(e, READ(cred, euid.val));
	put_file_path(e, task, exe);
	put_s64(e, 0);
	put_u32(e, READ(cred, egid.val));
	put_kernel_string(e, READ(bprm, filename), PATH_MASK);
	submit(e, CRITICAL);
	return 0;
}
