// What every program file starts from: libbpf's helpers, without any header of the build machine's
// kernel, so that the same source gives the same object everywhere.
#pragma once
#include "event.h"

typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s32 __s32;
typedef s64 __s64;
typedef u16 __be16;
typedef u32 __be32;
typedef u32 __wsum;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

enum {
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY, BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include "kernel.h"

#define INLINE static __always_inline
// A function that the verifier checks once, whoever calls it: scalars in, a scalar out.
#define GLOBAL __attribute__((noinline))

volatile const struct config config SEC(".rodata.config");
struct control control;

// Keeps a number that the verifier must know to be bounded from being computed again without the
// bound.
INLINE u64 bound(u64 value, const u64 mask)
{
	if (__builtin_constant_p(value))
		return value & mask;
	asm volatile("%0 &= %1" : "+r"(value) : "i"(mask));
	return value;
}

// Reads and writes memory each time. In loops this makes the verifier forget what it knew of a
// value, so that all ways through an iteration end in one state.
#define AGAIN(place) (*(volatile __typeof__(place) *)&(place))
