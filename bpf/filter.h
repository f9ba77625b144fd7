// Dropping in the kernel what no rule can use. Conservative: whatever is not certainly useless goes
// on.
//
// A rule set's path tests (prefix, directory or file name) become hashes in a small Bloom bitmap of
// two bits each. An opened file's names are hashed as they stand in the dentries, eight bytes at a
// time; one that hits goes to user space, which decides exactly. src/sensor/kernel/path-hash.ts
// computes the same hashes. Of a message the port it goes to is tested in the same way.
#pragma once
#include "path.h"

#define HASH_SEED 0x9e3779b97f4a7c15ull
#define HASH_FACTOR 0xff51afd7ed558ccdull
#define BASENAME_SALT 0xc4ceb9fe1a85ec53ull
#define PART_SALT 0x2545f4914f6cdd1dull
#define PORT_SALT 0x94d049bb133111ebull

INLINE u64 mix(u64 hash, u64 word)
{
	hash = (hash ^ word) * HASH_FACTOR;
	return hash ^ (hash >> 32);
}

// Of a longer name only this many bytes and its length count: a bound for the verifier.
#define HASHED_BYTES 64

// Names begin at a multiple of 8, so that a whole word is never beyond what is allocated.
INLINE u64 hash_name(u64 name, u32 length)
{
	u64 hash = HASH_SEED ^ length;
	for (u32 at = 0; at < HASHED_BYTES; at += 8) {
		if (at + 8 > length) {
			u32 rest = length & 7;
			return rest ? mix(hash, load64(name + at) & ((1ull << (rest * 8)) - 1))
				    : hash;
		}
		hash = mix(hash, load64(name + at));
	}
	return hash;
}

INLINE bool has_bits(struct filter_set *set, u64 hash)
{
	u32 a = hash & (FILTER_WORDS * 64 - 1);
	u32 b = (hash >> 32) & (FILTER_WORDS * 64 - 1);
	return set->bits[a >> 6] >> (a & 63) & set->bits[b >> 6] >> (b & 63) & 1;
}

// Whether a rule asks for messages to this port.
INLINE bool port_passes(struct type_rule *rule, u16 port)
{
	return has_bits(&control.sets[rule->set[CLASS_READ] & (FILTER_SETS - 1)],
			mix(PORT_SALT, port));
}

#define PART_BYTES 8 // of a name's beginning; of a longer one these many count

// Whether a prefix ends within this name: the names before it hash to `prefix`.
GLOBAL u32 part_passes(struct scratch *s, u32 place, u32 set_index, u64 prefix)
{
	if (!s)
		return 1;
	struct filter_set *set = &control.sets[set_index & (FILTER_SETS - 1)];
	struct component *component = &s->components[bound(place, COMPONENTS - 1)];
	u32 length = component->length & 0xff;
	u64 word = load64(component->name);
	for (u32 i = 1; i <= PART_BYTES; i++) {
		u64 mask = i == PART_BYTES ? ~0ull : (1ull << (i * 8)) - 1;
		if (AGAIN(set->parts) >> (i - 1) & 1 && length >= i &&
		    has_bits(set, mix(mix(prefix, PART_SALT + i), word & mask)))
			return 1;
	}
	return 0;
}

enum verdict { NAMES_GO_ON, PASSES, USELESS };

// The file's own name: the first one walked, or the one under a mount on the file.
INLINE u32 place_of_leaf(struct scratch *s)
{
	return s->components[0].length ? 0 : 1;
}

INLINE bool basename_passes(struct filter_set *set, u64 hash)
{
	return AGAIN(set->need) & NEED_BASENAME && has_bits(set, mix(hash, BASENAME_SALT));
}

// Whether one of the names from `first` towards the file, at most STRIDE of them, is asked for: as
// itself, as the end of a prefix or as the file's name. s->cursor counts names from the root,
// s->prefix is their hash.
GLOBAL u32 names_pass(struct scratch *s, u32 first, u32 set_index)
{
	if (!s)
		return PASSES;
	struct filter_set *set = &control.sets[set_index & (FILTER_SETS - 1)];
	u32 leaf = place_of_leaf(s);
	for (u32 i = 0; i < STRIDE; i++) {
		if (i > first)
			return USELESS;
		u32 place = first - i;
		bool is_shallow = AGAIN(s->cursor) < AGAIN(set->prefix_depth);
		if (!is_shallow && !(AGAIN(set->need) & NEED_COMPONENT)) {
			if (!(AGAIN(set->need) & NEED_BASENAME))
				return USELESS;
			place = leaf;
		}
		struct component *component = &s->components[bound(place, COMPONENTS - 1)];
		u32 length = component->length & 0xff;
		if (!length)
			continue;
		u64 hash = hash_name(component->name, length);
		if (AGAIN(set->need) & NEED_COMPONENT && has_bits(set, hash))
			return PASSES;
		if (place == leaf && basename_passes(set, hash))
			return PASSES;
		u64 prefix = AGAIN(s->prefix);
		if (is_shallow && has_bits(set, mix(prefix, PART_SALT)) &&
		    part_passes(s, place, set_index, prefix))
			return PASSES;
		prefix = mix(prefix, hash);
		if (is_shallow && has_bits(set, prefix))
			return PASSES;
		if (place == leaf)
			return USELESS;
		AGAIN(s->prefix) = prefix;
		AGAIN(s->cursor) += 1;
	}
	return NAMES_GO_ON;
}

// Goes on after the first names.
GLOBAL u32 more_names_pass(struct scratch *s, u32 first, u32 set_index)
{
	for (u32 i = 0; i < COMPONENTS; i += STRIDE) {
		if (i > first)
			return USELESS;
		u32 verdict = names_pass(s, first - i, set_index);
		if (verdict != NAMES_GO_ON)
			return verdict;
	}
	return USELESS;
}

// Whether the walked path may be one that a rule asks for.
INLINE bool path_passes(struct scratch *s, u32 set_index)
{
	u32 steps = s->steps;
	if (s->cut || s->is_nameless || !steps)
		return true;
	if (steps > 1 && !s->components[0].length && !s->components[1].length)
		return true; // mounts upon mounts on a file
	s->cursor = 0;
	s->prefix = HASH_SEED;
	u32 verdict = names_pass(s, steps - 1, set_index);
	if (verdict == NAMES_GO_ON)
		verdict = more_names_pass(s, steps - 1 - STRIDE, set_index);
	return verdict == PASSES;
}
