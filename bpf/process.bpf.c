// The life of processes: fork and exit. Always attached: the process tree stands on them.
#include "event-types.h"
#include "task.h"

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

enum { NR_CLONE = 56, NR_VFORK = 58, NR_CLONE_ARM64 = 220, NR_CLONE3 = 435 };
#define KERNEL_CLONE_VFORK 0x4000

// Whether the parent waits for the child's exec: nothing in the child says so yet, only the call
// does.
INLINE bool is_vfork(struct task_struct *parent)
{
	if (READ(parent, flags) & PF_KTHREAD)
		return false;
	struct pt_regs *regs = current_registers();
	bool is_x86 = bpf_core_field_exists(struct pt_regs, di);
	u32 number = CALL_NUMBER(regs);
	u64 first = ARG0(regs);
	asm volatile("" : "+r"(first)); // one load, whichever branch uses it
	u64 flags = 0;
	if (number == NR_CLONE3)
		bpf_probe_read_user(&flags, sizeof(flags), (void *)first);
	if (number == (is_x86 ? NR_CLONE : NR_CLONE_ARM64))
		flags = first;
	return flags & KERNEL_CLONE_VFORK || (is_x86 && number == NR_VFORK);
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
	if (is_vfork(parent))
		flags |= CLONE_VFORK;
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
	struct task_struct *parent = AS(struct task_struct, ctx[0]);
	struct task_struct *child = AS(struct task_struct, ctx[1]);
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

#define ANCESTORS 32 // asked for the one that adopts orphans

// Who gets the children of a process that ends: its first ancestor that asked for them, or the
// first process of its pid namespace. 0 where it has none, or where threads of it live on.
INLINE s64 reaper_of(struct task_struct *task)
{
	u64 children = (u64)task + bpf_core_field_offset(struct task_struct, children);
	if ((u64)READ(task, children.next) == children ||
	    READ(READ(task, signal), live.counter) > 0)
		return 0;
	struct task_struct *ancestor = READ(task, real_parent);
	struct pid_namespace *ns = pid_namespace_of(READ(task, thread_pid));
	for (u32 i = 0; i < ANCESTORS; i++) {
		if (pid_namespace_of(READ(ancestor, thread_pid)) != ns)
			break;
		if (IS_SUBREAPER(ancestor))
			return READ(ancestor, tgid);
		if (READ(ancestor, pid) <= 1)
			break;
		ancestor = READ(ancestor, real_parent);
	}
	return READ(READ(ns, child_reaper), pid);
}

SEC("tp_btf/sched_process_exit")
int process_exit(u64 *ctx)
{
	struct task_struct *task = AS(struct task_struct, ctx[0]);
	struct event event, *e = &event;
	if (!begin(e, task, PROCEXIT_1_E, 5))
		return 0;
	u32 code = READ(task, exit_code);
	put_s64(e, (s64)(s32)code);
	put_s64(e, (code >> 8) & 0xff);
	put_u8(e, code & 0x7f);
	put_u8(e, (code & 0x7f) && (code & 0x80));
	put_s64(e, reaper_of(task));
	submit(e, STATE);
	return 0;
}
