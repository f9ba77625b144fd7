// What events say of a task: its numbers, memory and limits.
#pragma once
#include "record.h"

enum { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID };
enum { RLIMIT_NOFILE = 7 };

// Two u32 up to Linux 6.2 and one u64 since: eight bytes, whatever they are called.
#define CAPABILITIES(cred, member) load64((u64)(cred) + bpf_core_field_offset(struct cred, member))

// A task's number as its own pid namespace sees it.
INLINE s64 nr_in_own_namespace(struct pid *pid)
{
	if (!pid)
		return 0;
	u64 at = (u64)pid + bpf_core_field_offset(struct pid, numbers) +
		 (u64)(READ(pid, level) & 31) * bpf_core_type_size(struct upid);
	return READ(AS(struct upid, at), nr);
}

INLINE struct pid_namespace *pid_namespace_of(struct pid *pid)
{
	u64 at = (u64)pid + bpf_core_field_offset(struct pid, numbers) +
		 (u64)(READ(pid, level) & 31) * bpf_core_type_size(struct upid);
	return READ(AS(struct upid, at), ns);
}

// A macro because a member's place is known only for a constant index.
#define RSS_PAGES(mm, kind)                                                                        \
	({                                                                                         \
		s64 pages_ = bpf_core_type_exists(struct mm_rss_stat)                              \
				     ? READ((struct mm_struct___v6_1 *)(mm),                       \
					    rss_stat.count[kind].counter)                          \
				     : READ(mm, rss_stat[kind].count);                             \
		(u64)(pages_ < 0 ? 0 : pages_);                                                    \
	})

// Faults and memory sizes in KiB: five parameters that execve and clone share.
INLINE void put_memory(struct event *e, struct task_struct *task)
{
	put_u64(e, READ(task, maj_flt));
	put_u64(e, READ(task, min_flt));
	struct mm_struct *mm = READ(task, mm);
	if (!mm) {
		put_u32(e, 0);
		put_u32(e, 0);
		put_u32(e, 0);
		return;
	}
	put_u32(e, READ(mm, total_vm) << 2);
	put_u32(e, (RSS_PAGES(mm, 0) + RSS_PAGES(mm, 1) + RSS_PAGES(mm, 3)) << 2);
	put_u32(e, RSS_PAGES(mm, 2) << 2);
}

INLINE u64 fd_limit(struct task_struct *task)
{
	return READ(READ(task, signal), rlim[RLIMIT_NOFILE].rlim_cur);
}

// A bit of the kernel's structure: only CO-RE knows where it is.
#define IS_SUBREAPER(task)                                                                         \
	({                                                                                         \
		struct signal_struct *signal_ = READ(task, signal);                                \
		u64 word_ = load64((u64)signal_ +                                                  \
				   __builtin_preserve_field_info(signal_->is_child_subreaper,      \
								 BPF_FIELD_BYTE_OFFSET));          \
		word_ <<= __builtin_preserve_field_info(signal_->is_child_subreaper,               \
							BPF_FIELD_LSHIFT_U64);                     \
		word_ >> __builtin_preserve_field_info(signal_->is_child_subreaper,                \
						       BPF_FIELD_RSHIFT_U64);                      \
	})
