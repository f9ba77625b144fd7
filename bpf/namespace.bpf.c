// Mounts and namespaces: how a process changes the world it lives in, or leaves it.
#include "call.h"

// The caller may have put a magic number into the upper half.
INLINE u32 mount_flags(u64 flags)
{
	return (flags & 0xffff0000) == 0xc0ed0000 ? flags & 0xffff : flags;
}

ON_EXIT(mount)
{
	BEGIN(SYSCALL_MOUNT_X, 5);
	put_path(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_path(e, ARG2(regs));
	put_u32(e, mount_flags(ARG3(regs)));
	return END(CRITICAL);
}

ON_EXIT(umount)
{
	BEGIN(SYSCALL_UMOUNT2_X, 3);
	put_path(e, ARG0(regs));
	put_u32(e, ARG1(regs) & 15);
	return END(CRITICAL);
}

ON_EXIT(unshare)
{
	BEGIN(SYSCALL_UNSHARE_X, 2);
	put_u32(e, namespace_flags(ARG0(regs)));
	return END(CRITICAL);
}

ON_EXIT(setns)
{
	BEGIN(SYSCALL_SETNS_X, 3);
	put_fd(e, ARG0(regs));
	put_u32(e, namespace_flags(ARG1(regs)));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

enum { FSCONFIG_SET_STRING = 1, FSCONFIG_SET_PATH = 3, FSCONFIG_SET_PATH_EMPTY = 4 };

ON_EXIT(fsconfig)
{
	BEGIN(SYSCALL_FSCONFIG_X, 7);
	u32 command = ARG1(regs);
	put_fd(e, ARG0(regs));
	put_u32(e, command);
	put_path(e, ARG2(regs));
	put_empty(e);
	bool is_text = command == FSCONFIG_SET_STRING || command == FSCONFIG_SET_PATH ||
		       command == FSCONFIG_SET_PATH_EMPTY;
	put_path(e, is_text ? ARG3(regs) : 0);
	put_u32(e, ARG4(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

// Calls without an event type of their own: their number in the schema, and the machine's.
#define GENERIC(call, id)                                                                          \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		struct task_struct *task = current_task();                                         \
		struct event event, *e = &event;                                                   \
		if (is_own(task) || !begin(e, task, GENERIC_X, 2))                                 \
			return 0;                                                                  \
		put_u16(e, id);                                                                    \
		put_u16(e, ctx->number);                                                           \
		return END(CRITICAL);                                                              \
	}

GENERIC(pivot_root, 137)
GENERIC(fsmount, 337)
GENERIC(fsopen, 338)
GENERIC(open_tree, 339)
GENERIC(move_mount, 340)
GENERIC(mount_setattr, 341)
GENERIC(kexec_load, 187)
GENERIC(kexec_file_load, 345)
