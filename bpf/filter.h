// Dropping in the kernel what no rule can use. Conservative: whatever is not certainly useless goes on.
//
// A rule set's path tests (prefix, directory or file name) become hashes in a small Bloom bitmap of
// two bits each. An opened file's names are hashed as they stand in the dentries, eight bytes at a
// time; one that hits goes to user space, which decides exactly. src/sensor/kernel/path-hash.ts
// computes the same hashes.
#pragma once
#include "path.h"

#define HASH_SEED 0x9e3779b97f4a7c15ull
#define HASH_FACTOR 0xff51afd7ed558ccdull
#define BASENAME_SALT 0xc4ceb9fe1a85ec53ull

INLINE u64 mix(u64 hash, u64 word)
{
	hash = (hash ^ word) * HASH_FACTOR;
	return hash ^ (hash >> 32);
}

// Names begin at a multiple of 8, so that a whole word is never beyond what is allocated.
GLOBAL u64 hash_name(u64 name, u32 length)
{
	u64 hash = HASH_SEED ^ length;
	u32 words = length >> 3;
	for (u32 i = 0; i < 32; i++) {
		if (i >= words)
			break;
		hash = mix(hash, load64(name + i * 8));
	}
	u32 rest = length & 7;
	if (rest)
		hash = mix(hash, load64(name + (length & 0xf8)) & ((1ull << (rest * 8)) - 1));
	return hash;
}

INLINE bool has_bits(struct filter_set *set, u64 hash)
{
	u32 a = hash & (FILTER_WORDS * 64 - 1);
	u32 b = (hash >> 32) & (FILTER_WORDS * 64 - 1);
	return set->bits[a >> 6] >> (a & 63) & set->bits[b >> 6] >> (b & 63) & 1;
}

// Whether the walked path may be one that a rule asks for. s->cursor counts its names from the root.
GLOBAL u32 path_passes(u32 set_index)
{
	struct scratch *s = this_scratch();
	if (!s || s->cut)
		return 1;
	struct filter_set *set = &control.sets[set_index & (FILTER_SETS - 1)];
	u32 steps = s->steps;
	u64 prefix = HASH_SEED;
	AGAIN(s->cursor) = 0;
	for (u32 i = 0; i < COMPONENTS; i++) {
		if (i >= steps)
			break;
		struct component *component = &s->components[(steps - 1 - i) & (COMPONENTS - 1)];
		u32 length = component->length & 0xff;
		if (!length)
			continue;
		bool is_deep = AGAIN(s->cursor) >= AGAIN(set->prefix_depth);
		if (is_deep && !(AGAIN(set->need) & NEED_COMPONENT))
			break;
		u64 hash = hash_name(component->name, length);
		if (AGAIN(set->need) & NEED_COMPONENT && has_bits(set, hash))
			return 1;
		prefix = mix(prefix, hash);
		if (!is_deep && has_bits(set, prefix))
			return 1;
		AGAIN(s->cursor) += 1;
	}
	if (!(AGAIN(set->need) & NEED_BASENAME))
		return 0;
	for (u32 i = 0; i < 4; i++) {
		if (i >= steps)
			return 1; // the root itself, or mounts upon mounts
		u32 length = s->components[i].length & 0xff;
		if (length)
			return has_bits(set, mix(hash_name(s->components[i].name, length), BASENAME_SALT));
	}
	return 1;
}
