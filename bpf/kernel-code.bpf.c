// Code and work given to the kernel: modules, bpf, io_uring.
#include "call.h"

ON_EXIT(init_module)
{
	BEGIN(SYSCALL_INIT_MODULE_X, 4);
	u64 size = ARG1(regs);
	put_user_bytes(e, ARG0(regs), size < SNAP_BYTES ? size : SNAP_BYTES, SNAP_MASK);
	put_u64(e, size);
	put_path(e, ARG2(regs));
	return END(CRITICAL);
}

ON_EXIT(finit_module)
{
	BEGIN(SYSCALL_FINIT_MODULE_X, 4);
	put_fd(e, ARG0(regs));
	put_path(e, ARG1(regs));
	put_u32(e, ARG2(regs));
	return END_WITH_FD(ARG0(regs), CRITICAL);
}

ON_EXIT(delete_module)
{
	u32 flags;
	BEGIN(SYSCALL_DELETE_MODULE_X, 3);
	flags = ARG1(regs);
	put_path(e, ARG0(regs));
	put_u32(e, (flags & 01000 ? 1 : 0) | (flags & 04000 ? 2 : 0));
	return END(CRITICAL);
}

// The commands whose result is a descriptor: what was made, loaded, fetched or linked.
#define MAKES_FD                                                                                   \
	(1ull << 0 | 1ull << 5 | 1ull << 7 | 1ull << 13 | 1ull << 14 | 1ull << 17 | 1ull << 18 |   \
	 1ull << 19 | 1ull << 28 | 1ull << 30 | 1ull << 33)

ON_EXIT(bpf)
{
	BEGIN(SYSCALL_BPF_2_X, 2);
	u32 command = ARG0(regs);
	put_u32(e, command);
	bool makes_fd = command < 64 && (MAKES_FD >> (command & 63) & 1);
	return END_WITH_FD(makes_fd ? result : -1, CRITICAL);
}

struct io_uring_params {
	u32 sq_entries;
	u32 cq_entries;
	u32 flags;
	u32 sq_thread_cpu;
	u32 sq_thread_idle;
	u32 features;
};

// What is done through the ring afterwards is not seen: this event says that somebody can.
ON_EXIT(io_uring_setup)
{
	BEGIN(SYSCALL_IO_URING_SETUP_X, 8);
	struct io_uring_params params = {};
	bpf_probe_read_user(&params, sizeof(params), (void *)ARG1(regs));
	put_u32(e, ARG0(regs));
	put_u32(e, params.sq_entries);
	put_u32(e, params.cq_entries);
	put_u32(e, (params.flags & 3) | (params.flags & 0x7c) << 1);
	put_u32(e, params.sq_thread_cpu);
	put_u32(e, params.sq_thread_idle);
	put_u32(e, params.features & 0x7ff);
	return END_WITH_FD(result, CRITICAL);
}
