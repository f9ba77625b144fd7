// Who a process is: user and group ids, capabilities, session, directory, name. The process table
// needs them all, so most are attached whatever the rules ask for; they are rare calls.
#include "call.h"

#define ONE_ID(call, type)                                                                         \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 2);                                                                    \
		put_u32(e, ARG0(regs));                                                            \
		return END(CRITICAL);                                                              \
	}

#define TWO_IDS(call, type)                                                                        \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 3);                                                                    \
		put_u32(e, ARG0(regs));                                                            \
		put_u32(e, ARG1(regs));                                                            \
		return END(CRITICAL);                                                              \
	}

#define THREE_IDS(call, type)                                                                      \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 4);                                                                    \
		put_u32(e, ARG0(regs));                                                            \
		put_u32(e, ARG1(regs));                                                            \
		put_u32(e, ARG2(regs));                                                            \
		return END(CRITICAL);                                                              \
	}

ONE_ID(setuid, SYSCALL_SETUID_X)
ONE_ID(setgid, SYSCALL_SETGID_X)
TWO_IDS(setreuid, SYSCALL_SETREUID_X)
TWO_IDS(setregid, SYSCALL_SETREGID_X)
THREE_IDS(setresuid, SYSCALL_SETRESUID_X)
THREE_IDS(setresgid, SYSCALL_SETRESGID_X)

// The capabilities that the caller has afterwards, not what it asked for.
ON_EXIT(capset)
{
	BEGIN(SYSCALL_CAPSET_X, 4);
	struct cred *cred = READ(task, cred);
	put_u64(e, CAPABILITIES(cred, cap_inheritable));
	put_u64(e, CAPABILITIES(cred, cap_permitted));
	put_u64(e, CAPABILITIES(cred, cap_effective));
	return END(CRITICAL);
}

ON_EXIT(setsid)
{
	BEGIN(SYSCALL_SETSID_X, 1);
	return END(STATE);
}

ON_EXIT(setpgid)
{
	BEGIN(SYSCALL_SETPGID_X, 3);
	put_fd(e, ARG0(regs));
	put_fd(e, ARG1(regs));
	return END(STATE);
}

// Where the caller is afterwards, as the kernel has it.
ON_EXIT(chdir)
{
	BEGIN(SYSCALL_CHDIR_X, 2);
	if (result < 0) {
		put_path(e, ARG0(regs));
		return END(BULK);
	}
	struct fs_struct *fs = READ(task, fs);
	walk_from(e->s, task, (u64)READ(fs, pwd.mnt), (u64)READ(fs, pwd.dentry));
	put_walked_path(e);
	return END(STATE);
}

ON_EXIT(fchdir)
{
	BEGIN(SYSCALL_FCHDIR_X, 2);
	put_fd(e, ARG0(regs));
	return END_WITH_FD(ARG0(regs), STATE);
}

ON_EXIT(chroot)
{
	BEGIN(SYSCALL_CHROOT_X, 2);
	put_path(e, ARG0(regs));
	return END(CRITICAL);
}

enum {
	PR_SET_NAME = 15,
	PR_GET_NAME = 16,
	PR_SET_CHILD_SUBREAPER = 36,
	PR_GET_CHILD_SUBREAPER = 37
};

// Only what changes the process, unless a rule asks for the call.
ON_EXIT(prctl)
{
	struct pt_regs *early = current_registers();
	u32 option = ARG0(early);
	bool is_state = option == PR_SET_NAME || option == PR_SET_CHILD_SUBREAPER;
	if (!is_state && control.rules[SYSCALL_PRCTL_X].mode[CLASS_READ] == FILTER_NONE) {
		COUNT(SYSCALL_PRCTL_X, filtered);
		return 0;
	}
	BEGIN(SYSCALL_PRCTL_X, 4);
	u64 argument = ARG1(regs);
	put_u32(e, option);
	if (option == PR_SET_NAME) {
		put_kernel_string(e, &task->comm, 15);
		put_empty(e);
	} else if (option == PR_GET_NAME) {
		put_user_string(e, argument, 15);
		put_empty(e);
	} else {
		s32 reaper = 0;
		if (option == PR_GET_CHILD_SUBREAPER)
			bpf_probe_read_user(&reaper, sizeof(reaper), (void *)argument);
		put_empty(e);
		put_s64(e, option == PR_GET_CHILD_SUBREAPER ? reaper : (s64)argument);
	}
	return END(STATE);
}
