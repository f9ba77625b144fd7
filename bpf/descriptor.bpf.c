// Descriptors themselves: copies, pipes, control, closing.
#include "call.h"

ON_EXIT(dup)
{
	BEGIN(SYSCALL_DUP_1_X, 2);
	put_fd(e, ARG0(regs));
	return END_WITH_FD(result, BULK);
}

ON_EXIT(dup2)
{
	BEGIN(SYSCALL_DUP2_X, 3);
	put_fd(e, ARG0(regs));
	put_fd(e, ARG1(regs));
	return END_WITH_FD(result, BULK);
}

ON_EXIT(dup3)
{
	BEGIN(SYSCALL_DUP3_X, 4);
	put_fd(e, ARG0(regs));
	put_fd(e, ARG1(regs));
	put_u32(e, open_flags(ARG2(regs)) & OPEN_CLOEXEC);
	return END_WITH_FD(result, BULK);
}

// fcntl commands as the event format numbers them.
INLINE u8 fcntl_command(u32 command)
{
	switch (command) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
	case 5: // DUPFD to GETLK
		return command + 1;
	case 6:
	case 7:
	case 8: // SETLK, SETLKW, SETOWN
		return command + 2;
	case 9:
		return 12; // GETOWN
	case 10:
		return 13; // SETSIG
	case 11:
		return 15; // GETSIG
	case 15:
	case 16: // SETOWN_EX, GETOWN_EX
		return command + 6;
	case 36:
	case 37:
	case 38: // OFD_GETLK, OFD_SETLK, OFD_SETLKW
		return command - 6;
	case 1024:
	case 1025: // SETLEASE, GETLEASE
		return command - 1001;
	case 1026:
		return 27; // NOTIFY
	case 1029:
	case 1030: // CANCELLK, DUPFD_CLOEXEC
		return command - 1004;
	case 1031:
	case 1032: // SETPIPE_SZ, GETPIPE_SZ
		return command - 1003;
	}
	return 0;
}

ON_EXIT(fcntl)
{
	BEGIN(SYSCALL_FCNTL_X, 4);
	put_fd(e, ARG0(regs));
	u8 command = fcntl_command(ARG1(regs));
	put_u8(e, command);
	put_u64(e, ARG2(regs));
	bool is_copy = command == 1 || command == 26;
	return END_WITH_FD(is_copy ? result : (s64)ARG0(regs), BULK);
}

INLINE u64 inode_of_fd(struct task_struct *task, s32 fd)
{
	u64 address = file_of(task, fd);
	return address ? READ(READ(AS(struct file, address), f_inode), i_ino) : 0;
}

// The two descriptors that a call wrote for its caller, if it succeeded.
INLINE void put_fd_pair(struct event *e, u64 address, s64 result, s32 pair[2])
{
	if (result < 0 || bpf_probe_read_user(pair, 8, (void *)address))
		pair[0] = pair[1] = -1;
	put_s64(e, pair[0]);
	put_s64(e, pair[1]);
}

ON_EXIT(pipe)
{
	BEGIN(SYSCALL_PIPE_X, 4);
	s32 pair[2];
	put_fd_pair(e, ARG0(regs), result, pair);
	put_u64(e, inode_of_fd(task, pair[0]));
	return END(BULK);
}

ON_EXIT(pipe2)
{
	BEGIN(SYSCALL_PIPE2_X, 5);
	s32 pair[2];
	put_fd_pair(e, ARG0(regs), result, pair);
	put_u64(e, inode_of_fd(task, pair[0]));
	put_u32(e, open_flags(ARG1(regs)) & (OPEN_CLOEXEC | OPEN_DIRECT | OPEN_NONBLOCK));
	return END(BULK);
}

ON_EXIT(close)
{
	BEGIN(SYSCALL_CLOSE_X, 2);
	put_fd(e, ARG0(regs));
	return END(BULK);
}

ON_EXIT(close_range)
{
	BEGIN(SYSCALL_CLOSE_RANGE_X, 4);
	put_u32(e, ARG0(regs));
	put_u32(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END(BULK);
}

ON_EXIT(memfd_create)
{
	BEGIN(SYSCALL_MEMFD_CREATE_X, 3);
	put_path(e, ARG0(regs));
	put_u32(e, ARG1(regs) & 7);
	return END_WITH_FD(result, CRITICAL);
}

ON_EXIT(pidfd_open)
{
	BEGIN(SYSCALL_PIDFD_OPEN_X, 3);
	put_fd(e, ARG0(regs));
	put_u32(e, ARG1(regs) & 04000 ? 1 : 0);
	return END_WITH_FD(result, BULK);
}

ON_EXIT(pidfd_getfd)
{
	BEGIN(SYSCALL_PIDFD_GETFD_X, 4);
	put_fd(e, ARG0(regs));
	put_fd(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END_WITH_FD(result, CRITICAL);
}

ON_EXIT(userfaultfd)
{
	BEGIN(SYSCALL_USERFAULTFD_X, 2);
	put_u32(e, open_flags(ARG0(regs)));
	return END_WITH_FD(result, CRITICAL);
}
