// The frame of a program on a system call's exit.
//
//   ON_EXIT(chmod)
//   {
//           BEGIN(SYSCALL_CHMOD_X, 3);          task, regs, e, result (the first parameter)
//           put_path(e, ARG0(regs));
//           put_u32(e, ARG1(regs));
//           return END(CRITICAL);               or END_WITH_FD(fd, CRITICAL)
//   }
#pragma once
#include "descriptor.h"
#include "event-types.h"

#define ON_EXIT(call)                                                                              \
	SEC("tracepoint/syscalls/sys_exit_" #call)                                                 \
	int exit_##call(struct sys_exit *ctx)

#define BEGIN(type, params)                                                                        \
	struct task_struct *task = current_task();                                                 \
	s64 result = ctx->result;                                                                  \
	asm volatile("" : "+r"(result)); /* read once: the context may not be read at an offset */ \
	struct event event, *e = &event;                                                           \
	if (is_own(task) || !begin(e, task, type, params))                                         \
		return 0;                                                                          \
	struct pt_regs *regs __attribute__((unused)) = current_registers();                        \
	put_s64(e, result)

#define END(urgency) (submit(e, urgency), 0)

#define END_WITH_FD(fd, urgency)                                                                   \
	({                                                                                         \
		SUBMIT_WITH_FD(ctx, e, fd, urgency);                                               \
		0;                                                                                 \
	})

#define SNAP_MASK 127 // bytes of data kept of a transfer: fewer than this …
#define SNAP_BYTES 80
#define DNS_PORT 53
#define DNS_BYTES 512 // … or a whole classic question or answer
#define DNS_MASK 1023

// A path as the caller wrote it: the kernel keeps none of calls that leave nothing open.
INLINE void put_path(struct event *e, u64 address)
{
	put_user_string(e, address, PATH_MASK);
}

// A descriptor argument; AT_FDCWD is -100 here as there.
INLINE void put_fd(struct event *e, u64 argument)
{
	put_s64(e, (s32)argument);
}

// Clone flags of unshare, setns and the like in the event format's numbers.
INLINE u32 namespace_flags(u64 flags)
{
	u32 result = 0;
	result |= flags & 0x00000200 ? 1 << 1 : 0;  // FS
	result |= flags & 0x00000400 ? 1 << 0 : 0;  // FILES
	result |= flags & 0x00000100 ? 1 << 15 : 0; // VM
	result |= flags & 0x00000800 ? 1 << 11 : 0; // SIGHAND
	result |= flags & 0x00010000 ? 1 << 13 : 0; // THREAD
	result |= flags & 0x00020000 ? 1 << 5 : 0;  // NEWNS
	result |= flags & 0x00040000 ? 1 << 12 : 0; // SYSVSEM
	result |= flags & 0x02000000 ? 1 << 28 : 0; // NEWCGROUP
	result |= flags & 0x04000000 ? 1 << 7 : 0;  // NEWUTS
	result |= flags & 0x08000000 ? 1 << 3 : 0;  // NEWIPC
	result |= flags & 0x10000000 ? 1 << 20 : 0; // NEWUSER
	result |= flags & 0x20000000 ? 1 << 6 : 0;  // NEWPID
	result |= flags & 0x40000000 ? 1 << 4 : 0;  // NEWNET
	return result;
}

// Up to `most` of the `length` bytes that the first of the caller's vectors holds.
INLINE void put_first_vector(struct event *e, u64 vectors, s64 length, u32 most)
{
	u64 vector[2] = {};
	if (!vectors || length <= 0 ||
	    bpf_probe_read_user(vector, sizeof(vector), (void *)vectors)) {
		put_empty(e);
		return;
	}
	u64 size = (u64)length < vector[1] ? (u64)length : vector[1];
	put_user_bytes(e, vector[0], size < most ? size : most, DNS_MASK);
}
