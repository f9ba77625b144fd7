// Signals sent, signals that kill, and ptrace.
#include "call.h"

ON_EXIT(kill)
{
	BEGIN(SYSCALL_KILL_X, 3);
	put_fd(e, ARG0(regs));
	put_u8(e, ARG1(regs));
	return END(BULK);
}

ON_EXIT(tkill)
{
	BEGIN(SYSCALL_TKILL_X, 3);
	put_fd(e, ARG0(regs));
	put_u8(e, ARG1(regs));
	return END(BULK);
}

ON_EXIT(tgkill)
{
	BEGIN(SYSCALL_TGKILL_X, 4);
	put_fd(e, ARG0(regs));
	put_fd(e, ARG1(regs));
	put_u8(e, ARG2(regs));
	return END(BULK);
}

enum { SIGKILL = 9, SI_USER = 0 };

// Signals that by default end nobody: CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH.
#define HARMLESS                                                                                   \
	(1ull << 17 | 1ull << 18 | 1ull << 19 | 1ull << 20 | 1ull << 21 | 1ull << 22 |             \
	 1ull << 23 | 1ull << 28)

// A signal that its receiver has no handler for and that ends it.
SEC("tp_btf/signal_deliver")
int signal_deliver(u64 *ctx)
{
	struct task_struct *task = current_task();
	u32 number = (s32)ctx[0];
	struct kernel_siginfo *info = AS(struct kernel_siginfo, ctx[1]);
	struct k_sigaction *action = AS(struct k_sigaction, ctx[2]);
	if (number > 63 || (HARMLESS >> number & 1) || READ(action, sa.sa_handler)) {
		COUNT(SIGNALDELIVER_E, filtered);
		return 0;
	}
	struct event event, *e = &event;
	if (is_own(task) || !begin(e, task, SIGNALDELIVER_E, 3))
		return 0;
	bool is_sent = (u64)info > 4096 && (number == SIGKILL || READ(info, si_code) <= SI_USER);
	put_s64(e, is_sent ? READ(info, _sifields._kill._pid) : 0);
	put_s64(e, READ(task, pid));
	put_u8(e, number);
	submit(e, STATE);
	return 0;
}

// ptrace requests as the event format numbers them.
INLINE u16 ptrace_request(u64 request)
{
	if (request <= 9) // TRACEME to SINGLESTEP
		return request + 1;
	if (request >= 12 && request <= 15) // GETREGS to SETFPREGS
		return request + 14;
	if (request == 16 || request == 17) // ATTACH, DETACH
		return request - 5;
	if (request == 18 || request == 19) // GETFPXREGS, SETFPXREGS
		return request + 12;
	if (request == 24) // SYSCALL
		return 13;
	if (request == 25 || request == 26) // GET_THREAD_AREA, SET_THREAD_AREA
		return request + 8;
	if (request >= 30 && request <= 33) // ARCH_PRCTL to SINGLEBLOCK
		return request + 5;
	if (request >= 0x4200 && request <= 0x420b) // SETOPTIONS to SETSIGMASK
		return request - 0x4200 + 14;
	return request == 21 ? 32 : 0; // OLDSETOPTIONS
}

enum { IS_NUMBER, IS_SIGNAL }; // the first byte of a value that has variants
enum { PEEKTEXT = 2, PEEKUSR = 4, CONT = 8, SINGLESTEP = 10, DETACH = 12, SYSCALL_ = 13 };

INLINE void put_variant(struct event *e, u8 variant, u64 value)
{
	u8 *to = e->s->data + bound(e->pos, DATA_MASK);
	to[0] = variant;
	*(u64 *)(to + 1) = value;
	end_param(e, variant == IS_SIGNAL ? 2 : 9);
}

ON_EXIT(ptrace)
{
	BEGIN(SYSCALL_PTRACE_X, 5);
	u16 request = ptrace_request(ARG0(regs));
	bool is_done = result >= 0;
	put_variant(e, IS_NUMBER, is_done ? ARG2(regs) : 0);
	u64 data = is_done ? ARG3(regs) : 0;
	bool is_signal = request == CONT || request == SINGLESTEP || request == DETACH ||
			 request == SYSCALL_;
	if (is_done && request >= PEEKTEXT && request <= PEEKUSR) {
		u64 peeked = 0;
		bpf_probe_read_user(&peeked, sizeof(peeked), (void *)data);
		data = peeked;
	}
	if (is_done && is_signal)
		put_variant(e, IS_SIGNAL, data & 0xff);
	else
		put_variant(e, IS_NUMBER, data);
	put_u16(e, request);
	put_fd(e, ARG1(regs));
	return END(CRITICAL);
}
