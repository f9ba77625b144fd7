// Changing files without opening them: names, owners, modes, links. Paths are the caller's; a
// relative one of an *at call starts at the directory whose FD entry the record carries.
#include "call.h"

enum { AT_REMOVEDIR = 0x200, AT_SYMLINK_FOLLOW = 0x400, AT_EMPTY_PATH = 0x1000 };

#define PATH_ONLY(call, type)                                                                      \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 2);                                                                    \
		put_path(e, ARG0(regs));                                                           \
		return END(CRITICAL);                                                              \
	}

#define TWO_PATHS(call, type)                                                                      \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 3);                                                                    \
		put_path(e, ARG0(regs));                                                           \
		put_path(e, ARG1(regs));                                                           \
		return END(CRITICAL);                                                              \
	}

PATH_ONLY(unlink, SYSCALL_UNLINK_2_X)
PATH_ONLY(rmdir, SYSCALL_RMDIR_2_X)
TWO_PATHS(rename, SYSCALL_RENAME_X)
TWO_PATHS(link, SYSCALL_LINK_2_X)
TWO_PATHS(symlink, SYSCALL_SYMLINK_X)

ON_EXIT(unlinkat)
{
	BEGIN(SYSCALL_UNLINKAT_2_X, 4);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_u32(e, ARG2(regs) & AT_REMOVEDIR);
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(renameat)
{
	BEGIN(SYSCALL_RENAMEAT_X, 5);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_fd(e, ARG2(regs));
	put_path(e, ARG3(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(renameat2)
{
	BEGIN(SYSCALL_RENAMEAT2_X, 6);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_fd(e, ARG2(regs));
	put_path(e, ARG3(regs));
	put_u32(e, ARG4(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(linkat)
{
	BEGIN(SYSCALL_LINKAT_2_X, 6);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_fd(e, ARG2(regs));
	put_path(e, ARG3(regs));
	put_u32(e, ARG4(regs) & (AT_SYMLINK_FOLLOW | AT_EMPTY_PATH));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(symlinkat)
{
	BEGIN(SYSCALL_SYMLINKAT_X, 4);
	put_path(e, ARG0(regs));
	put_fd(e, ARG1(regs));
	put_path(e, ARG2(regs));
	return END_WITH_FD(ARG1(regs), CRITICAL);
}

ON_EXIT(mkdir)
{
	BEGIN(SYSCALL_MKDIR_2_X, 3);
	put_path(e, ARG0(regs));
	put_u32(e, ARG1(regs));
	return END(CRITICAL);
}

ON_EXIT(mkdirat)
{
	BEGIN(SYSCALL_MKDIRAT_X, 4);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(mknod)
{
	BEGIN(SYSCALL_MKNOD_X, 4);
	put_path(e, ARG0(regs));
	put_u32(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END(CRITICAL);
}

ON_EXIT(mknodat)
{
	BEGIN(SYSCALL_MKNODAT_X, 5);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	put_u32(e, ARG3(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

#define MODE_BITS 07777

ON_EXIT(chmod)
{
	BEGIN(SYSCALL_CHMOD_X, 3);
	put_path(e, ARG0(regs));
	put_u32(e, ARG1(regs) & MODE_BITS);
	return END(CRITICAL);
}

ON_EXIT(fchmod)
{
	BEGIN(SYSCALL_FCHMOD_X, 3);
	put_fd(e, ARG0(regs));
	put_u32(e, ARG1(regs) & MODE_BITS);
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

#define FCHMODAT(call)                                                                             \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(SYSCALL_FCHMODAT_X, 4);                                                      \
		put_fd(e, ARG0(regs));                                                             \
		put_path(e, ARG1(regs));                                                           \
		put_u32(e, ARG2(regs) & MODE_BITS);                                                \
		return END_WITH_FD(ARG0(regs), CRITICAL);                                          \
	}

FCHMODAT(fchmodat)
FCHMODAT(fchmodat2) // from Linux 6.6; its flags have no place in the event

#define CHOWN(call, type)                                                                          \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 4);                                                                    \
		put_path(e, ARG0(regs));                                                           \
		put_u32(e, ARG1(regs));                                                            \
		put_u32(e, ARG2(regs));                                                            \
		return END(CRITICAL);                                                              \
	}

CHOWN(chown, SYSCALL_CHOWN_X)
CHOWN(lchown, SYSCALL_LCHOWN_X)

ON_EXIT(fchown)
{
	BEGIN(SYSCALL_FCHOWN_X, 4);
	put_fd(e, ARG0(regs));
	put_u32(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(fchownat)
{
	BEGIN(SYSCALL_FCHOWNAT_X, 6);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	put_u32(e, ARG3(regs));
	put_u32(e, ARG4(regs) & (AT_SYMLINK_FOLLOW | AT_EMPTY_PATH));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}
