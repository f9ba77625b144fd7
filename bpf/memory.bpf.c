// Memory: making it executable, and reaching into that of others.
#include "call.h"

enum { PROT_EXEC = 4, PROT_GROWSDOWN = 0x01000000, PROT_GROWSUP = 0x02000000 };

// Only what becomes executable: the rest is most of what programs do.
#define MPROTECT(call)                                                                             \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		u64 protection = ARG2(current_registers());                                        \
		if (!(protection & PROT_EXEC)) {                                                   \
			COUNT(SYSCALL_MPROTECT_X, filtered);                                       \
			return 0;                                                                  \
		}                                                                                  \
		BEGIN(SYSCALL_MPROTECT_X, 4);                                                      \
		put_u64(e, ARG0(regs));                                                            \
		put_u64(e, ARG1(regs));                                                            \
		put_u32(e, (protection & 15) | (protection & PROT_GROWSDOWN ? 16 : 0) |            \
				   (protection & PROT_GROWSUP ? 32 : 0));                          \
		return END(BULK);                                                                  \
	}

MPROTECT(mprotect)
MPROTECT(pkey_mprotect)

// The first bytes of what was written or read there.
#define PROCESS_VM(call, type)                                                                     \
	ON_EXIT(call)                                                                              \
	{                                                                                          \
		BEGIN(type, 3);                                                                    \
		put_fd(e, ARG0(regs));                                                             \
		put_first_vector(e, ARG1(regs), result, SNAP_BYTES);                               \
		return END(CRITICAL);                                                              \
	}

PROCESS_VM(process_vm_writev, SYSCALL_PROCESS_VM_WRITEV_X)
PROCESS_VM(process_vm_readv, SYSCALL_PROCESS_VM_READV_X)
