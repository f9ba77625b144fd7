// A new image: the one event that says most about a process. From the kernel's own tracepoint, when
// the image is in place, so that neither the caller's memory nor a symbolic link matters.
#include "cgroup.h"
#include "descriptor.h"
#include "event-types.h"
#include "task.h"

enum { EXE_WRITABLE = 1, EXE_UPPER_LAYER = 2, EXE_FROM_MEMFD = 4, EXE_LOWER_LAYER = 8 };
enum { SB_RDONLY = 1, S_IMMUTABLE = 1 << 3, MAY_WRITE = 2 };
enum { CAP_DAC_OVERRIDE = 1, CAP_FOWNER = 3 };

INLINE u32 tty_of(struct task_struct *task)
{
	struct tty_struct *tty = READ(READ(task, signal), tty);
	if (!tty)
		return 0;
	struct tty_driver *driver = READ(tty, driver);
	return encode_device((READ(driver, major) << 20 | READ(driver, minor_start)) +
			     READ(tty, index));
}

INLINE u32 login_uid(struct task_struct *task)
{
	return bpf_core_field_exists(struct task_struct, loginuid) ? READ(task, loginuid.val)
								   : (u32)-1;
}

// The process group as the first pid namespace sees it.
INLINE s64 group_nr(struct task_struct *task)
{
	struct pid *pid = READ(READ(task, signal), pids[PIDTYPE_PGID]);
	return pid ? READ(pid, numbers[0].nr) : 0;
}

enum { GROUP_GO_ON, GROUP_FOUND, GROUP_ABSENT };
#define GROUP_STEPS 17 // of a search in at most 65,536 groups

// One step of a binary search in the sorted array at s->walk.dentry, from s->cursor to s->prefix.
GLOBAL u32 group_step(struct scratch *s, u32 group)
{
	if (!s || s->cursor >= s->prefix)
		return GROUP_ABSENT;
	u64 middle = (s->cursor + s->prefix) / 2;
	u32 value = load64(s->walk.dentry + middle * 4);
	if (value == group)
		return GROUP_FOUND;
	if (value < group)
		s->cursor = middle + 1;
	else
		s->prefix = middle;
	return GROUP_GO_ON;
}

INLINE bool is_in_groups(struct scratch *s, struct cred *cred, u32 group)
{
	struct group_info *info = READ(cred, group_info);
	if (!info)
		return false;
	s->walk.dentry = (u64)info + bpf_core_field_offset(struct group_info, gid);
	s->cursor = 0;
	s->prefix = (u32)READ(info, ngroups);
	for (u32 i = 0; i < GROUP_STEPS; i++) {
		u32 verdict = group_step(s, group);
		if (verdict != GROUP_GO_ON)
			return verdict == GROUP_FOUND;
	}
	return false;
}

#define EXTENTS 5 // more are elsewhere; then the id counts as mapped

// Whether a user namespace knows an id of the machine.
GLOBAL u32 is_mapped(u64 map, u32 id)
{
	u32 count = READ(AS(struct uid_gid_map, map), nr_extents);
	if (count > EXTENTS)
		return true;
	u64 extent = map + bpf_core_field_offset(struct uid_gid_map, extent);
	for (u32 i = 0; i < EXTENTS; i++) {
		struct uid_gid_extent *e = AS(struct uid_gid_extent, extent + i * 12);
		u32 lower = READ(e, lower_first);
		if (i < count && id >= lower && id - lower < READ(e, count))
			return true;
	}
	return false;
}

// Whether the caller could write to the file it runs, by owner, mode and capabilities. Access
// control lists are not asked.
INLINE bool is_writable(struct scratch *s, struct cred *cred, struct inode *inode)
{
	if (READ(READ(inode, i_sb), s_flags) & SB_RDONLY || READ(inode, i_flags) & S_IMMUTABLE)
		return false;
	u32 uid = READ(inode, i_uid.val);
	u32 gid = READ(inode, i_gid.val);
	if (uid == (u32)-1 || gid == (u32)-1)
		return false;
	if (READ(cred, fsuid.val) == uid)
		return true;
	u32 mode = READ(inode, i_mode);
	if (READ(cred, fsgid.val) == gid || is_in_groups(s, cred, gid))
		mode >>= 3;
	if (mode & MAY_WRITE)
		return true;
	u64 capabilities = CAPABILITIES(cred, cap_effective);
	if (!(capabilities & (1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER)))
		return false;
	u64 ns = as_number(s, (u64)READ(cred, user_ns));
	if (!is_mapped(ns + bpf_core_field_offset(struct user_namespace, uid_map), uid))
		return false;
	if (capabilities & 1 << CAP_FOWNER)
		return true;
	return is_mapped(ns + bpf_core_field_offset(struct user_namespace, gid_map), gid);
}

// Of the current task's new image.
GLOBAL u32 exe_flags(struct scratch *s)
{
	struct task_struct *task = current_task();
	struct file *exe = READ(READ(task, mm), exe_file);
	if (!s || !exe)
		return 0;
	struct inode *inode = READ(exe, f_inode);
	enum layer layer = overlay_layer(inode);
	u32 flags = is_writable(s, READ(task, cred), inode) ? EXE_WRITABLE : 0;
	if (layer == UPPER_LAYER)
		flags |= EXE_UPPER_LAYER;
	if (layer == LOWER_LAYER)
		flags |= EXE_LOWER_LAYER;
	if (is_memfd(READ(exe, f_path.dentry)))
		flags |= EXE_FROM_MEMFD;
	return flags;
}

enum { ELF_CLASS = 4, ELF_CLASS_32 = 1 };

INLINE bool is_compat32(struct linux_binprm *bprm)
{
	u8 head[8];
	bpf_probe_read_kernel(head, sizeof(head), &bprm->buf);
	return *(u32 *)head == 0x464c457f && head[ELF_CLASS] == ELF_CLASS_32;
}

SEC("tp_btf/sched_process_exec")
int process_exec(u64 *ctx)
{
	struct task_struct *task = current_task();
	struct linux_binprm *bprm = AS(struct linux_binprm, ctx[2]);
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
	walk_from(e->s, task, (u64)READ(READ(task, fs), pwd.mnt),
		  (u64)READ(READ(task, fs), pwd.dentry));
	put_walked_path(e);
	put_u64(e, fd_limit(task));
	put_memory(e, task);
	put_kernel_string(e, &task->comm, 15);
	put_cgroups(e);
	u64 env = READ(mm, env_start);
	u64 env_end = READ(mm, env_end);
	put_user_bytes(e, env, env_end > env ? env_end - env : 0, ARGS_MASK);
	put_u32(e, tty_of(task));
	put_s64(e, nr_in_own_namespace(READ(READ(task, signal), pids[PIDTYPE_PGID])));
	put_u32(e, login_uid(task));
	put_u32(e, exe_flags(e->s));
	put_u64(e, CAPABILITIES(cred, cap_inheritable));
	put_u64(e, CAPABILITIES(cred, cap_permitted));
	put_u64(e, CAPABILITIES(cred, cap_effective));
	struct inode *inode = READ(exe, f_inode);
	put_u64(e, READ(inode, i_ino));
	put_u64(e, ctime_ns(inode));
	put_u64(e, mtime_ns(inode));
	put_u32(e, READ(cred, euid.val));
	put_file_path(e, task, exe);
	put_s64(e, group_nr(task));
	put_u32(e, READ(cred, egid.val));
	put_kernel_string(e, READ(bprm, filename), PATH_MASK);
	if (is_compat32(bprm))
		e->s->record.flags |= RECORD_COMPAT32;
	submit(e, CRITICAL);
	return 0;
}

#define FAILED_ARGS 32	     // arguments kept of an exec that failed …
#define FAILED_ARG_MASK 1023 // … and bytes of each

// The argument that `array` points to, at s->cursor; 0 after the last.
GLOBAL u32 write_argument(struct scratch *s, u64 array)
{
	u64 address = 0;
	if (!s || s->cursor > DATA_LIMIT ||
	    bpf_probe_read_user(&address, sizeof(address), (void *)array) || !address)
		return 0;
	s64 length = bpf_probe_read_user_str(s->data + bound(s->cursor, DATA_MASK),
					     FAILED_ARG_MASK + 1, (void *)address);
	if (length <= 0)
		return 0;
	s->cursor += length;
	return 1;
}

INLINE void put_arguments(struct event *e, u64 array)
{
	AGAIN(e->s->cursor) = e->pos;
	for (u32 i = 0; i < FAILED_ARGS; i++) {
		if (!write_argument(e->s, array + i * 8))
			break;
	}
	end_param(e, (AGAIN(e->s->cursor) - e->pos) & DATA_MASK);
}

// An exec that failed: the process is what it was, and only the caller's memory tells what it
// tried.
INLINE int failed_exec(s64 result, u64 filename, u64 arguments)
{
	struct task_struct *task = current_task();
	struct event event, *e = &event;
	if (result >= 0 || is_own(task) || !begin(e, task, SYSCALL_EXECVE_19_X, 31))
		return 0;
	struct cred *cred = READ(task, cred);
	u64 first = 0;
	bpf_probe_read_user(&first, sizeof(first), (void *)arguments);
	put_s64(e, result);
	put_user_string(e, first, PATH_MASK);
	put_arguments(e, arguments + 8);
	put_s64(e, READ(task, pid));
	put_s64(e, READ(task, tgid));
	put_s64(e, READ(READ(task, real_parent), pid));
	put_empty(e); // cwd
	put_u64(e, fd_limit(task));
	put_memory(e, task);
	put_kernel_string(e, &task->comm, 15);
	put_empty(e); // cgroups
	put_empty(e); // env
	put_u32(e, tty_of(task));
	put_s64(e, nr_in_own_namespace(READ(READ(task, signal), pids[PIDTYPE_PGID])));
	put_u32(e, login_uid(task));
	put_u32(e, 0);
	put_u64(e, CAPABILITIES(cred, cap_inheritable));
	put_u64(e, CAPABILITIES(cred, cap_permitted));
	put_u64(e, CAPABILITIES(cred, cap_effective));
	put_u64(e, 0); // inode
	put_u64(e, 0);
	put_u64(e, 0);
	put_u32(e, READ(cred, euid.val));
	put_empty(e); // path
	put_s64(e, group_nr(task));
	put_u32(e, READ(cred, egid.val));
	put_user_string(e, filename, PATH_MASK);
	submit(e, STATE);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_execve")
int exit_execve(struct sys_exit *ctx)
{
	struct pt_regs *regs = current_registers();
	return failed_exec(ctx->result, ARG0(regs), ARG1(regs));
}

SEC("tracepoint/syscalls/sys_exit_execveat")
int exit_execveat(struct sys_exit *ctx)
{
	struct pt_regs *regs = current_registers();
	return failed_exec(ctx->result, ARG1(regs), ARG2(regs));
}
