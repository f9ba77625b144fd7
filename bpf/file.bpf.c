// Opening files. The most frequent of all kinds, so everything is ordered by cost: the class from the
// flags, then the walk over the dentries, then the record.
#include "filter.h"
#include "descriptor.h"
#include "event-types.h"

enum { FMODE_CREATED = 0x100000 };
enum { OPENED_CREATED = 1 << 14, OPENED_UPPER_LAYER = 1 << 15, OPENED_LOWER_LAYER = 1 << 16 };

struct open_call {
	u16 type;
	u16 params;
	u32 flags;   // as the caller gave them
	u32 mode;
	u64 resolve; // openat2
	u64 name;    // user address
	s32 directory;
	s32 result;
};

INLINE u8 open_mode(struct type_rule *rule, struct open_call *call)
{
	if (call->result < 0)
		return rule->mode[CLASS_FAILED];
	u32 access = call->flags & O_ACCMODE;
	u8 mode = FILTER_NONE;
	if (access != O_WRONLY)
		mode = rule->mode[CLASS_READ];
	if (access != 0 && rule->mode[CLASS_WRITE] > mode)
		mode = rule->mode[CLASS_WRITE];
	return mode;
}

INLINE s64 directory_fd(s32 fd)
{
	return fd;
}

INLINE void put_open_path(struct event *e, struct open_call *call)
{
	if (call->result < 0)
		put_user_string(e, call->name, PATH_MASK);
	else
		put_walked_path(e);
}

INLINE u32 opened_flags(struct file *file)
{
	u32 flags = READ(file, f_mode) & FMODE_CREATED ? OPENED_CREATED : 0;
	enum layer layer = overlay_layer(READ(file, f_inode));
	if (layer == UPPER_LAYER)
		flags |= OPENED_UPPER_LAYER;
	if (layer == LOWER_LAYER)
		flags |= OPENED_LOWER_LAYER;
	return flags;
}

INLINE void put_device(struct event *e, struct inode *inode)
{
	put_u32(e, inode ? encode_device(READ(READ(inode, i_sb), s_dev)) : 0);
	put_u64(e, inode ? READ(inode, i_ino) : 0);
}

INLINE bool is_foreign_mount(struct task_struct *task, struct file *file)
{
	struct mount *mount = AS(struct mount, mount_of((u64)READ(file, f_path.mnt)));
	u64 of_file = (u64)READ(mount, mnt_ns);
	return of_file && of_file != (u64)READ(READ(task, nsproxy), mnt_ns);
}

INLINE int opened(struct task_struct *task, struct open_call call)
{
	struct type_rule *rule = &control.rules[call.type];
	COUNT(call.type, seen);
	u8 mode = open_mode(rule, &call);
	if (mode == FILTER_NONE || (u32)READ(task, tgid) == config.own_pid)
		goto useless;
	struct file *file = NULL;
	if (call.result >= 0) {
		u64 address = file_of(task, call.result);
		if (!address)
			return 0; // closed by another thread meanwhile
		file = AS(struct file, address);
		walk_from(task, (u64)READ(file, f_path.mnt), (u64)READ(file, f_path.dentry));
		if (mode == FILTER_TESTS) {
			u32 access = call.flags & O_ACCMODE;
			u32 pass = 0;
			if (access != O_WRONLY && rule->mode[CLASS_READ] == FILTER_TESTS)
				pass = path_passes(rule->set[CLASS_READ]);
			if (!pass && access != 0 && rule->mode[CLASS_WRITE] == FILTER_TESTS)
				pass = path_passes(rule->set[CLASS_WRITE]);
			if (!pass)
				goto useless;
		}
	}
	struct event event, *e = &event;
	if (!begin(e, task, call.type, call.params))
		return 0;
	u32 flags = open_flags(call.flags);
	struct inode *inode = NULL;
	if (file) {
		inode = READ(file, f_inode);
		flags |= opened_flags(file);
		if (is_foreign_mount(task, file))
			e->s->record.flags |= RECORD_FOREIGN_MOUNT;
	}
	put_s64(e, call.result);
	if (call.type != SYSCALL_OPEN_X && call.type != SYSCALL_CREAT_X)
		put_s64(e, call.directory);
	if (call.type == SYSCALL_OPEN_BY_HANDLE_AT_X) {
		put_u32(e, flags);
		put_open_path(e, &call);
		put_device(e, inode);
	} else {
		put_open_path(e, &call);
		if (call.type != SYSCALL_CREAT_X)
			put_u32(e, flags);
		put_u32(e, call.flags & (O_CREAT | 020000000) ? call.mode & 07777 : 0);
		if (call.type == SYSCALL_OPENAT2_X)
			put_u32(e, call.resolve);
		put_device(e, inode);
		if (call.type == SYSCALL_CREAT_X)
			put_u16(e, flags & ~7u);
	}
	submit(e, mode == FILTER_TESTS ? CRITICAL : BULK);
	return 0;
useless:
	COUNT(call.type, filtered);
	return 0;
}

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct sys_exit *ctx)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = current_registers(task);
	return opened(task, (struct open_call){
		.type = SYSCALL_OPENAT_2_X, .params = 7, .result = ctx->result, .directory = ARG0(regs),
		.name = ARG1(regs), .flags = ARG2(regs), .mode = ARG3(regs)});
}

SEC("tracepoint/syscalls/sys_exit_open")
int exit_open(struct sys_exit *ctx)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = current_registers(task);
	return opened(task, (struct open_call){
		.type = SYSCALL_OPEN_X, .params = 6, .result = ctx->result,
		.name = ARG0(regs), .flags = ARG1(regs), .mode = ARG2(regs)});
}

SEC("tracepoint/syscalls/sys_exit_creat")
int exit_creat(struct sys_exit *ctx)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = current_registers(task);
	return opened(task, (struct open_call){
		.type = SYSCALL_CREAT_X, .params = 6, .result = ctx->result,
		.name = ARG0(regs), .flags = O_CREAT | O_WRONLY | O_TRUNC, .mode = ARG1(regs)});
}

struct open_how {
	u64 flags;
	u64 mode;
	u64 resolve;
};

SEC("tracepoint/syscalls/sys_exit_openat2")
int exit_openat2(struct sys_exit *ctx)
{
	struct task_struct *task = current_task();
	struct pt_regs *regs = current_registers(task);
	struct open_how how = {};
	bpf_probe_read_user(&how, sizeof(how), (void *)ARG2(regs));
	return opened(task, (struct open_call){
		.type = SYSCALL_OPENAT2_X, .params = 8, .result = ctx->result, .directory = ARG0(regs),
		.name = ARG1(regs), .flags = how.flags, .mode = how.mode, .resolve = how.resolve});
}
