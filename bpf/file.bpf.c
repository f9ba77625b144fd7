// Opening files. The most frequent of all kinds, so everything is ordered by cost: the class from
// the flags, then the walk over the dentries, then the record.
#include "filter.h"
#include "descriptor.h"
#include "event-types.h"

enum { FMODE_READ = 1, FMODE_WRITE = 2, FMODE_CREATED = 0x100000 };
enum { __O_TMPFILE = 020000000 };
enum { OPENED_CREATED = 1 << 14, OPENED_UPPER_LAYER = 1 << 15, OPENED_LOWER_LAYER = 1 << 16 };
#define OPENED_FLAGS (OPENED_CREATED | OPENED_UPPER_LAYER | OPENED_LOWER_LAYER)

// Flags of openat2's path resolution as the event format numbers them.
INLINE u32 resolve_flags(u64 flags)
{
	u32 result = 0;
	result |= flags & 0x01 ? 1 << 4 : 0; // NO_XDEV
	result |= flags & 0x02 ? 1 << 2 : 0; // NO_MAGICLINKS
	result |= flags & 0x04 ? 1 << 3 : 0; // NO_SYMLINKS
	result |= flags & 0x08 ? 1 << 0 : 0; // BENEATH
	result |= flags & 0x10 ? 1 << 1 : 0; // IN_ROOT
	result |= flags & 0x20 ? 1 << 5 : 0; // CACHED
	return result;
}

// What differs between the calls of the family. The arguments are read only for what passes.
struct open_call {
	u16 type;
	u16 params;
	s32 result;
	s32 directory;
	u32 flags; // as the caller gave them
	u32 mode;
	u64 resolve; // openat2
	u64 name;    // user address
};

// What a rule says to a class of open; nothing, where the file was not opened so. An O_PATH
// descriptor can neither read nor write: both classes may want it.
INLINE u8 mode_for(struct type_rule *rule, const enum filter_class class, u32 file_mode)
{
	u32 access = file_mode & (FMODE_READ | FMODE_WRITE);
	u32 wanted = class == CLASS_READ ? FMODE_READ : FMODE_WRITE;
	return !access || access & wanted ? rule->mode[class] : FILTER_NONE;
}

// FILTER_NONE for a file that no rule can use, else what let it through.
INLINE u32 opened_passes(struct scratch *s, struct type_rule *rule, u8 read, u8 write)
{
	if (read == FILTER_ALL || write == FILTER_ALL)
		return FILTER_ALL;
	if (read == FILTER_TESTS && path_passes(s, rule->set[CLASS_READ]))
		return FILTER_TESTS;
	if (write == FILTER_TESTS && path_passes(s, rule->set[CLASS_WRITE]))
		return FILTER_TESTS;
	return FILTER_NONE;
}

INLINE void put_open_path(struct event *e, struct open_call *call, bool is_walked)
{
	if (!is_walked || e->s->is_nameless)
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

#define MNT_NS_INTERNAL ((u64)-4095) // an error number in place of an address

INLINE bool is_foreign_mount(struct task_struct *task, struct file *file)
{
	struct mount *mount = AS(struct mount, mount_of((u64)READ(file, f_path.mnt)));
	u64 of_file = (u64)READ(mount, mnt_ns);
	bool is_in_any = of_file && of_file < MNT_NS_INTERNAL; // not the kernel's own, as of memfd
	return is_in_any && of_file != (u64)READ(READ(task, nsproxy), mnt_ns);
}

// The opened file; NULL where another thread closed its descriptor meanwhile. What of the rule lets
// it through goes to `mode`. The order is that of cost: the class needs no more than the file, the
// path its dentries, the rest is for records.
INLINE struct file *opened_file(struct task_struct *task, const u16 type, s32 fd, u32 *mode)
{
	struct type_rule *rule = &control.rules[type];
	u64 address = file_of(task, fd);
	struct scratch *s = this_scratch();
	struct file *file = address ? AS(struct file, address) : NULL;
	u32 file_mode = file ? READ(file, f_mode) : 0;
	u8 read = mode_for(rule, CLASS_READ, file_mode);
	u8 write = mode_for(rule, CLASS_WRITE, file_mode);
	*mode = FILTER_NONE;
	if (!s || (read == FILTER_NONE && write == FILTER_NONE))
		return file;
	*mode = FILTER_ALL;
	if (!file)
		return NULL;
	walk_from(s, task, (u64)READ(file, f_path.mnt), (u64)READ(file, f_path.dentry));
	*mode = opened_passes(s, rule, read, write);
	return file;
}

INLINE void emit_open(struct task_struct *task, struct file *file, struct open_call call, u32 mode)
{
	struct event event, *e = &event;
	if (!begin(e, task, call.type, call.params))
		return;
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
	put_open_path(e, &call, file != NULL);
	if (call.type != SYSCALL_CREAT_X)
		put_u32(e, flags);
	put_u32(e, call.flags & (O_CREAT | __O_TMPFILE) ? call.mode & 07777 : 0);
	if (call.type == SYSCALL_OPENAT2_X)
		put_u32(e, resolve_flags(call.resolve));
	put_device(e, inode);
	if (call.type == SYSCALL_CREAT_X)
		put_u16(e, flags & OPENED_FLAGS);
	submit(e, mode == FILTER_TESTS ? CRITICAL : BULK);
}

// Runs `fill` (a statement that sets `call` from `regs`) and sends the event, if a rule can use it.
#define OPENED(ctx, event_type, count, fill)                                                       \
	({                                                                                         \
		struct task_struct *task = current_task();                                         \
		s32 result = (ctx)->result;                                                        \
		u32 mode = control.rules[event_type].mode[CLASS_FAILED];                           \
		struct file *file = NULL;                                                          \
		if (result >= 0)                                                                   \
			file = opened_file(task, event_type, result, &mode);                       \
		if (mode == FILTER_NONE || is_own(task)) {                                         \
			COUNT(event_type, filtered);                                               \
		} else {                                                                           \
			struct pt_regs *regs = current_registers();                                \
			struct open_call call = {                                                  \
				.type = event_type, .params = count, .result = result};            \
			fill;                                                                      \
			emit_open(task, file, call, mode);                                         \
		}                                                                                  \
		0;                                                                                 \
	})

SEC("tracepoint/syscalls/sys_exit_openat")
int exit_openat(struct sys_exit *ctx)
{
	return OPENED(ctx, SYSCALL_OPENAT_2_X, 7, ({
			      call.directory = ARG0(regs);
			      call.name = ARG1(regs);
			      call.flags = ARG2(regs);
			      call.mode = ARG3(regs);
		      }));
}

SEC("tracepoint/syscalls/sys_exit_open")
int exit_open(struct sys_exit *ctx)
{
	return OPENED(ctx, SYSCALL_OPEN_X, 6, ({
			      call.name = ARG0(regs);
			      call.flags = ARG1(regs);
			      call.mode = ARG2(regs);
		      }));
}

SEC("tracepoint/syscalls/sys_exit_creat")
int exit_creat(struct sys_exit *ctx)
{
	return OPENED(ctx, SYSCALL_CREAT_X, 6, ({
			      call.name = ARG0(regs);
			      call.flags = O_CREAT | O_WRONLY | O_TRUNC;
			      call.mode = ARG1(regs);
		      }));
}

struct open_how {
	u64 flags;
	u64 mode;
	u64 resolve;
};

SEC("tracepoint/syscalls/sys_exit_openat2")
int exit_openat2(struct sys_exit *ctx)
{
	return OPENED(ctx, SYSCALL_OPENAT2_X, 8, ({
			      struct open_how how = {};
			      bpf_probe_read_user(&how, sizeof(how), (void *)ARG2(regs));
			      call.directory = ARG0(regs);
			      call.name = ARG1(regs);
			      call.flags = how.flags;
			      call.mode = how.mode;
			      call.resolve = how.resolve;
		      }));
}

// struct file_handle in user memory is no path: only an opened file has a name here.
SEC("tracepoint/syscalls/sys_exit_open_by_handle_at")
int exit_open_by_handle_at(struct sys_exit *ctx)
{
	struct task_struct *task = current_task();
	struct event event, *e = &event;
	if (is_own(task) || !begin(e, task, SYSCALL_OPEN_BY_HANDLE_AT_X, 6))
		return 0;
	struct pt_regs *regs = current_registers();
	u64 address = file_of(task, ctx->result);
	struct file *file = address ? AS(struct file, address) : NULL;
	put_s64(e, ctx->result);
	put_s64(e, (s32)ARG0(regs));
	put_u32(e, open_flags(ARG2(regs)) | (file ? opened_flags(file) : 0));
	put_file_path(e, task, file);
	put_device(e, file ? READ(file, f_inode) : NULL);
	submit(e, CRITICAL);
	return 0;
}
