// Building a record. It is put together in a buffer of this CPU and copied into a ring in one
// piece, because its length is known only at its end. Tracepoint programs do not preempt one
// another.
//
// Urgency: CRITICAL wakes the reader; STATE (process life) has the same ring, so that a storm of
// bulk cannot push it out, but wakes no more than bulk does: once in config.bulk_wake_ns.
#pragma once
#include "read.h"

#define DATA_MASK 0xffff
#define DATA_LIMIT 60000 // below the 64 KiB that a .scap block may hold
#define ARGS_MASK 0x3fff // arguments and environment: 16 KiB each
#define PATH_MASK 0xfff	 // PATH_MAX
#define COMPONENTS 128	 // names kept of a path: see path.h

struct component {
	u64 name; // kernel address
	u64 length;
};

struct scratch {
	struct record record;
	u8 data[DATA_MASK + 1 + ARGS_MASK + 1];
	struct {
		u64 mount;
		u64 dentry;
		u64 root_mount;
		u64 root_dentry;
	} walk; // from where to where; through memory, which makes plain numbers of pointers
	struct component components[COMPONENTS];
	u32 steps;	 // of the last walk, leaf first; a length of 0 is a mount point
	u32 cut;	 // it had more than are kept
	u32 is_nameless; // it found a file that has no path, only "/" for a name
	u64 cursor;	 // of a path that is being written or compared
	s32 fd;		 // for finish_with_fd
	u32 tail; // 0, which the kernel need not know: it would patch all callers when that is set
	u32 urgency;
	u64 prefix; // hash of the names compared so far
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); // user space sets the number of CPUs
	__type(key, u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); // user space sets the size
} critical SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} bulk SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, EVENT_TYPES);
	__type(key, u32);
	__type(value, struct counters);
} counts SEC(".maps");

enum urgency { BULK, STATE, CRITICAL };

struct event {
	struct scratch *s;
	u32 type;
	u32 pos;   // in s->data, which begins with the event's header
	u32 param; // next parameter
};

#define COUNT(type, member)                                                                        \
	({                                                                                         \
		u32 key_ = (type);                                                                 \
		struct counters *counters_ = bpf_map_lookup_elem(&counts, &key_);                  \
		if (counters_)                                                                     \
			counters_->member++;                                                       \
	})

INLINE struct scratch *this_scratch(void)
{
	u32 cpu = bpf_get_smp_processor_id();
	return bpf_map_lookup_elem(&scratch, &cpu);
}

// A pointer as a plain number, which functions of their own take.
INLINE u64 as_number(struct scratch *s, u64 pointer)
{
	AGAIN(s->prefix) = pointer;
	return AGAIN(s->prefix);
}

INLINE bool is_own(struct task_struct *task)
{
	return (u32)READ(task, tgid) == config.own_pid;
}

// The controller of v1 or hybrid machines whose ids name cgroups: -1 is the v2 hierarchy.
INLINE s32 chosen_controller(void)
{
	switch (config.cgroup_hierarchy) {
	case CGROUP_PIDS:
		return bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);
	case CGROUP_MEMORY:
		return bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);
	case CGROUP_CPU:
		return bpf_core_enum_value(enum cgroup_subsys_id, cpu_cgrp_id);
	case CGROUP_CPUSET:
		return bpf_core_enum_value(enum cgroup_subsys_id, cpuset_cgrp_id);
	}
	return -1;
}

INLINE u64 cgroup_id(struct task_struct *task)
{
	struct css_set *set = READ(task, cgroups);
	s32 controller = chosen_controller();
	if (controller < 0)
		return READ(READ(READ(set, dfl_cgrp), kn), id);
	struct cgroup_subsys_state *state = READ(set, subsys[controller & 15]);
	return READ(READ(READ(state, cgroup), kn), id);
}

// The header is packed; the processors that run this store to any address.
#define HEADER(s, type, member)                                                                    \
	(*(type *)((s)->data + __builtin_offsetof(struct event_header, member)))

#define PF_KTHREAD 0x200000

// Starts the event of `task`; false where there is no buffer, which cannot happen.
INLINE bool begin(struct event *e, struct task_struct *task, const u16 type, const u32 params)
{
	struct scratch *s = this_scratch();
	if (!s)
		return false;
	s->record.start_ns = READ(READ(task, group_leader), start_boottime);
	s->record.cgroup_id = cgroup_id(task);
	s->record.pid = READ(task, tgid);
	s->record.fd_length = 0;
	s->record.flags = READ(task, flags) & PF_KTHREAD ? RECORD_KERNEL_THREAD : 0;
	s->record.cpu = bpf_get_smp_processor_id();
	s->record.reserved = 0;
	HEADER(s, u64, timestamp) = bpf_ktime_get_boot_ns();
	HEADER(s, u64, tid) = READ(task, pid);
	HEADER(s, u16, type) = type;
	HEADER(s, u32, params) = params;
	e->s = s;
	e->type = type;
	e->pos = sizeof(struct event_header) + 2 * params;
	e->param = 0;
	return true;
}

INLINE void end_param(struct event *e, u32 length)
{
	*(u16 *)(e->s->data + sizeof(struct event_header) + 2 * e->param) = length;
	e->param++;
	e->pos += length;
}

#define PUT(e, type, value)                                                                        \
	({                                                                                         \
		*(type *)((e)->s->data + bound((e)->pos, DATA_MASK)) = (value);                    \
		end_param(e, sizeof(type));                                                        \
	})

INLINE void put_u8(struct event *e, u8 value)
{
	PUT(e, u8, value);
}
INLINE void put_u16(struct event *e, u16 value)
{
	PUT(e, u16, value);
}
INLINE void put_u32(struct event *e, u32 value)
{
	PUT(e, u32, value);
}
INLINE void put_u64(struct event *e, u64 value)
{
	PUT(e, u64, value);
}
INLINE void put_s64(struct event *e, s64 value)
{
	PUT(e, s64, value);
}
INLINE void put_empty(struct event *e)
{
	end_param(e, 0);
}

INLINE bool has_room(struct event *e, u32 length)
{
	if (e->pos + length <= DATA_LIMIT)
		return true;
	e->s->record.flags |= RECORD_TRUNCATED;
	return false;
}

// A NUL-terminated string; empty where it cannot be read, so that no unwritten byte is ever sent.
INLINE void put_user_string(struct event *e, u64 address, const u32 mask)
{
	s64 length = 0;
	if (address && has_room(e, mask + 1))
		length = bpf_probe_read_user_str(e->s->data + bound(e->pos, DATA_MASK), mask + 1,
						 (void *)address);
	if (length == mask + 1)
		e->s->record.flags |= RECORD_TRUNCATED;
	end_param(e, length > 0 ? length : 0);
}

INLINE void put_kernel_string(struct event *e, const void *address, const u32 mask)
{
	s64 length = 0;
	if (address && has_room(e, mask + 1))
		length = bpf_probe_read_kernel_str(e->s->data + bound(e->pos, DATA_MASK), mask + 1,
						   address);
	end_param(e, length > 0 ? length : 0);
}

// `length` bytes of user memory, at most `mask`.
INLINE void put_user_bytes(struct event *e, u64 address, u64 length, const u32 mask)
{
	if (length > mask) {
		length = mask;
		e->s->record.flags |= RECORD_TRUNCATED;
	}
	if (!length || !has_room(e, mask)) {
		put_empty(e);
		return;
	}
	length = bound(length, mask);
	if (bpf_probe_read_user(e->s->data + bound(e->pos, DATA_MASK), length, (void *)address))
		length = 0;
	end_param(e, length);
}

// None while the reader has said that he will come by himself; else at most one in a time span. On
// a virtual machine a wake-up is an interrupt to oneself and one to an idle CPU: 10 to 15 us, most
// of what an exec's record cost.
INLINE u64 wake_flags(const enum urgency urgency, u64 now)
{
	if (now < AGAIN(control.reader_returns))
		return BPF_RB_NO_WAKEUP;
	if (now - control.last_wake <
	    (urgency == CRITICAL ? config.critical_wake_ns : config.bulk_wake_ns))
		return BPF_RB_NO_WAKEUP;
	control.last_wake = now;
	// Forced: by itself the kernel wakes only a reader who had read everything, and one record
	// that he missed (written late, by a task that was made to wait) would be the last.
	return BPF_RB_FORCE_WAKEUP;
}

GLOBAL u32 send_record(struct scratch *s, u32 urgency)
{
	if (!s)
		return 0;
	u64 size = bound(sizeof(struct record) + HEADER(s, u32, length) + s->record.fd_length,
			 DATA_MASK);
	u64 flags = wake_flags(urgency, HEADER(s, u64, timestamp));
	u32 type = HEADER(s, u16, type);
	s64 failed = -1;
	COUNT(type, passed);
	if (urgency != BULK) {
		s->record.flags |= RECORD_CRITICAL;
		failed = bpf_ringbuf_output(&critical, &s->record, size, flags);
	}
	if (failed)
		failed = bpf_ringbuf_output(&bulk, &s->record, size, flags);
	if (failed)
		COUNT(type, dropped);
	return 0;
}

INLINE void close_event(struct event *e)
{
	HEADER(e->s, u32, length) = e->pos;
	e->s->record.event_length = e->pos;
}

INLINE void submit(struct event *e, const enum urgency urgency)
{
	close_event(e);
	send_record(e->s, urgency);
}
