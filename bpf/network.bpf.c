// Sockets.
#include "descriptor.h"
#include "event-types.h"

// What a call did, from the socket it was done with; NULL where the descriptor is no socket.
INLINE struct sock *sock_of_fd(struct task_struct *task, s32 fd)
{
	u64 address = file_of(task, fd);
	if (!address)
		return NULL;
	struct socket *socket = socket_of(AS(struct file, address));
	return socket ? READ(socket, sk) : NULL;
}

SEC("tracepoint/syscalls/sys_exit_connect")
int exit_connect(struct sys_exit *ctx)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = current_registers(task);
	s32 fd = ARG0(regs);
	u64 address = ARG1(regs);
	struct sock *sk = sock_of_fd(task, fd);
	struct event event, *e = &event;
	COUNT(SOCKET_CONNECT_X, seen);
	if (!begin(e, task, SOCKET_CONNECT_X, 4))
		return 0;
	put_s64(e, ctx->result);
	if (sk)
		put_tuple(e, sk, OUTBOUND, address);
	else
		put_empty(e);
	put_s64(e, fd);
	put_user_address(e, address);
	append_fd(e, fd);
	submit(e, BULK);
	return 0;
}
