// Reading kernel memory in one way on every kernel. Where bpf_rdonly_cast exists (6.2 and later) a
// member is one load, two to five times cheaper than a call of bpf_probe_read_kernel; elsewhere it
// is that call. The choice is a CO-RE constant, so that the other branch is never there at run
// time.
#pragma once
#include "prelude.h"

extern void *bpf_rdonly_cast(const void *object, u32 btf_id) __ksym __weak;

// bpf_list_head came to the kernel in the same series as bpf_rdonly_cast. NO_CAST is for the test
// that shows both ways to give the same.
#ifdef NO_CAST
#define DIRECT 0
#else
#define DIRECT bpf_core_type_exists(struct bpf_list_head___probe)
#endif

#define AS(type, address)                                                                          \
	((type *)(DIRECT ? bpf_rdonly_cast((void *)(u64)(address), bpf_core_type_id_kernel(type))  \
			 : (void *)(u64)(address)))

#define READ(pointer, member)                                                                      \
	({                                                                                         \
		__typeof__(pointer) object_ = (pointer);                                           \
		__typeof__(object_->member) value_;                                                \
		if (DIRECT)                                                                        \
			value_ = object_->member;                                                  \
		else                                                                               \
			bpf_probe_read_kernel(&value_, sizeof(value_), &object_->member);          \
		value_;                                                                            \
	})

// Eight bytes at a kernel address; 0 where they cannot be read.
INLINE u64 load64(u64 address)
{
	if (DIRECT)
		return AS(struct timespec64, address)->tv_sec;
	u64 value = 0;
	bpf_probe_read_kernel(&value, sizeof(value), (void *)address);
	return value;
}

// A plain pointer, not one that the verifier trusts: for each member read through a trusted one it
// searches all of the kernel's types by name, a millisecond a time.
INLINE struct task_struct *current_task(void)
{
	return AS(struct task_struct, bpf_get_current_task());
}

INLINE struct pt_regs *current_registers(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

// A system call's argument, at its exit too.
#define ARG_OF(x86, arm, registers)                                                                \
	(bpf_core_field_exists(struct pt_regs, di) ? ((struct pt_regs *)(registers))->x86          \
						   : ((struct pt_regs___arm64 *)(registers))->arm)
#define CALL_NUMBER(registers) ARG_OF(orig_ax, syscallno, registers)
#define ARG0(registers) ARG_OF(di, orig_x0, registers)
#define ARG1(registers) ARG_OF(si, regs[1], registers)
#define ARG2(registers) ARG_OF(dx, regs[2], registers)
#define ARG3(registers) ARG_OF(r10, regs[3], registers)
#define ARG4(registers) ARG_OF(r8, regs[4], registers)
#define ARG5(registers) ARG_OF(r9, regs[5], registers)

INLINE u64 file_of(struct task_struct *task, s32 fd)
{
	struct files_struct *files = READ(task, files);
	if (fd < 0 || !files)
		return 0;
	struct fdtable *table = READ(files, fdt);
	if ((u32)fd >= READ(table, max_fds))
		return 0;
	return load64((u64)READ(table, fd) + (u64)(u32)fd * 8);
}
