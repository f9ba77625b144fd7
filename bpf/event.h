// The one interface between the kernel programs and user space: what a ring record looks like.
// A record is this prefix, then one .scap v2 event, then at most one .scap FD entry that describes
// the descriptor the event is about. src/model/event-view.ts reads it; a test compares the two.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

enum record_flag {
	RECORD_TRUNCATED = 1, // a string or a path is longer than what the record holds
	RECORD_COMPAT32 = 2,  // exec of a 32-bit image: its system calls are not seen
	RECORD_KERNEL_THREAD = 4,
	RECORD_CRITICAL = 8,	   // came through the critical ring
	RECORD_FOREIGN_MOUNT = 16, // an opened file's mount is in another mount namespace
};

struct record {
	u64 start_ns; // CLOCK_BOOTTIME of the thread group leader's start: with pid, the process
		      // key
	u64 cgroup_id;	  // kernfs id in the hierarchy that user space chose
	u32 pid;	  // thread group
	u32 event_length; // bytes of the event that follows
	u16 fd_length;	  // bytes of the FD entry after the event
	u16 flags;	  // enum record_flag
	u16 cpu;
	u16 reserved;
};

struct event_header {
	u64 timestamp; // CLOCK_BOOTTIME ns
	u64 tid;
	u32 length; // header, lengths and parameters
	u16 type;
	u32 params;
} __attribute__((packed));

_Static_assert(sizeof(struct record) == 32, "RECORD.headerSize");
_Static_assert(__builtin_offsetof(struct record, start_ns) == 0, "RECORD.startNs");
_Static_assert(__builtin_offsetof(struct record, cgroup_id) == 8, "RECORD.cgroupId");
_Static_assert(__builtin_offsetof(struct record, pid) == 16, "RECORD.pid");
_Static_assert(__builtin_offsetof(struct record, event_length) == 20, "RECORD.eventLength");
_Static_assert(__builtin_offsetof(struct record, fd_length) == 24, "RECORD.fdLength");
_Static_assert(__builtin_offsetof(struct record, flags) == 26, "RECORD.flags");
_Static_assert(__builtin_offsetof(struct record, cpu) == 28, "RECORD.cpu");
_Static_assert(sizeof(struct event_header) == 26, "EVENT_HEADER_SIZE");
_Static_assert(__builtin_offsetof(struct event_header, tid) == 8, "EventView.tid");
_Static_assert(__builtin_offsetof(struct event_header, length) == 16, "EventView.length");
_Static_assert(__builtin_offsetof(struct event_header, type) == 20, "EventView.at");
_Static_assert(__builtin_offsetof(struct event_header, params) == 22, "EventView.at");

enum cgroup_hierarchy { CGROUP_UNIFIED, CGROUP_PIDS, CGROUP_MEMORY, CGROUP_CPU, CGROUP_CPUSET };

// Settings that are constants to the verifier: written once, before the programs are loaded.
struct config {
	u32 own_pid;	      // the sensor itself: never an event
	u32 cgroup_hierarchy; // enum cgroup_hierarchy: whose ids name cgroups
	u64 bulk_wake_ns;     // at most one wake-up in this time for records without urgency
	u64 critical_wake_ns; // and for those with it
};

// What may be dropped, by event type. `mode`: two bits a class (read, write, failed).
#define EVENT_TYPES 512
#define FILTER_SETS 16
#define FILTER_WORDS 512
enum filter_class { CLASS_READ, CLASS_WRITE, CLASS_FAILED };
enum filter_mode { FILTER_NONE, FILTER_ALL, FILTER_TESTS };
enum filter_need { NEED_COMPONENT = 1, NEED_BASENAME = 2 };

struct filter_set {
	u16 need;
	u16 parts;	  // bit k-1: some prefix ends k bytes into a name
	u32 prefix_depth; // most names that a prefix has, a part counting as one; 0: no prefixes
	u64 bits[FILTER_WORDS];
};

struct type_rule {
	u8 mode[4]; // by enum filter_class
	u32 set[4]; // which filter_set answers for that class
};

// Written while the programs run, by user space but for last_wake.
struct control {
	struct type_rule rules[EVENT_TYPES];
	struct filter_set sets[FILTER_SETS];
	u64 last_wake;
	u64 reader_returns; // CLOCK_BOOTTIME ns until which the reader comes by itself
};

struct counters {
	u64 passed;   // calls that became a record, or would have
	u64 filtered; // calls that no rule can use
	u64 dropped;  // of those that passed: the ring had no room
};
