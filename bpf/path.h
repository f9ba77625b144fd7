// Paths from the kernel's own structures: from a dentry up over mount points to the caller's root,
// so that neither a symbolic link nor memory changed after the call can lie. The walk keeps where
// each name is; the filter hashes names from the root down, and only a path that passes is written.
//
// Bounds. Of a path of more than COMPONENTS names and mount points the last LEAF_SIDE and the first
// ROOT_SIDE are kept, so that depth hides neither where a file is nor what it is called; "..."
// stands for the rest, and the record says so. A walk ends after WALK_LIMIT steps, short of the
// root.
#pragma once
#include "record.h"

INLINE u64 mount_of(u64 vfsmount)
{
	return vfsmount - bpf_core_field_offset(struct mount, mnt);
}

enum { WALK_ON, WALK_END };
#define STRIDE                                                                                     \
	8 // steps in one function: a call costs more than a step, and the verifier pays for each
#define STRETCH 512
#define WALK_LIMIT 16384
#define LEAF_SIDE 16
#define ROOT_SIDE (COMPONENTS - LEAF_SIDE)

// Where step `number` is kept: those near the root take the places of those before them.
INLINE u32 place_of(u32 number)
{
	return number < LEAF_SIDE ? number : LEAF_SIDE + (number - LEAF_SIDE) % ROOT_SIDE;
}

// Up to STRIDE steps up from s->walk, of which the first is `number`. The steps of walks are
// functions of their own, so that the verifier looks at 8 of them and not at thousands.
GLOBAL u32 walk_some(struct scratch *s, u32 number)
{
	if (!s)
		return WALK_END;
	u64 dentry = s->walk.dentry;
	u64 mount = s->walk.mount;
	u32 place = place_of(number);
	u64 top = (u64)READ(AS(struct mount, mount), mnt.mnt_root);
	for (u32 i = 0; i < STRIDE; i++) {
		s->steps = number + i;
		if (dentry == s->walk.root_dentry && mount == s->walk.root_mount)
			return WALK_END;
		struct component *component = &s->components[bound(place + i, COMPONENTS - 1)];
		if (dentry == top) {
			struct mount *m = AS(struct mount, mount);
			u64 up = (u64)READ(m, mnt_parent);
			if (up == mount || !up)
				return WALK_END;
			component->length = 0;
			dentry = (u64)READ(m, mnt_mountpoint);
			mount = up;
			top = (u64)READ(AS(struct mount, mount), mnt.mnt_root);
			continue;
		}
		struct dentry *d = AS(struct dentry, dentry);
		component->name = (u64)READ(d, d_name.name);
		component->length = READ(d, d_name.len);
		u64 parent = (u64)READ(d, d_parent);
		if (parent == dentry || !parent) { // a file in no directory: memfd, pipe, namespace
			s->steps = number + i + 1;
			s->is_nameless = component->length == 1;
			return WALK_END;
		}
		dentry = parent;
	}
	s->steps = number + STRIDE;
	s->walk.dentry = dentry;
	s->walk.mount = mount;
	return WALK_ON;
}

GLOBAL u32 walk_stretch(struct scratch *s, u32 number)
{
	for (u32 i = 0; i < STRETCH; i += STRIDE) {
		if (walk_some(s, number + i) == WALK_END)
			return WALK_END;
	}
	return WALK_ON;
}

// Goes on after the first steps, which are all that most paths have.
GLOBAL u32 walk_rest(struct scratch *s)
{
	if (!s)
		return 0;
	for (u32 i = STRIDE; i < WALK_LIMIT; i += STRETCH) {
		if (walk_stretch(s, i) == WALK_END)
			break;
	}
	s->cut = s->steps > COMPONENTS;
	return 0;
}

#define MARK "/..."
#define MARK_SIZE 4
#define TAIL_ROOM 264 // for the mark and the file's own name

INLINE void write_mark(struct scratch *s)
{
	u32 pos = s->cursor;
	__builtin_memcpy(s->data + bound(pos, DATA_MASK), MARK, MARK_SIZE);
	s->cursor = pos + MARK_SIZE;
	s->record.flags |= RECORD_TRUNCATED;
}

#define SHORT_NAME 32 // bytes copied a word at a time

// Copies a name to `pos`. Words of a short one may reach beyond its end: what comes next covers
// that.
INLINE void copy_name(struct scratch *s, u32 pos, u64 name, u32 length)
{
	u8 *to = s->data + bound(pos, DATA_MASK);
	if (!DIRECT || length > SHORT_NAME) {
		bpf_probe_read_kernel(to, bound(length, 0xff), (void *)name);
		return;
	}
	for (u32 at = 0; at < SHORT_NAME; at += 8) {
		if (at >= length)
			break;
		*(u64 *)(to + at) = load64(name + at);
	}
}

// Writes one name at s->cursor, if it ends before `end`.
INLINE bool write_name(struct scratch *s, u32 place, u32 end)
{
	struct component *component = &s->components[bound(place, COMPONENTS - 1)];
	u32 length = component->length & 0xff;
	u32 pos = AGAIN(s->cursor);
	if (!length)
		return true;
	if (pos + length + 2 > end || pos > DATA_LIMIT)
		return false;
	s->data[bound(pos, DATA_MASK)] = '/';
	copy_name(s, pos + 1, component->name, length);
	AGAIN(s->cursor) = pos + 1 + length;
	return true;
}

// Writes the names that are `first`th and on from the root of those kept, at most STRIDE; 0 when
// all is written.
GLOBAL u32 write_some(struct scratch *s, u32 first, u32 start)
{
	if (!s)
		return 0;
	u32 end = start + PATH_MASK - TAIL_ROOM;
	for (u32 i = 0; i < STRIDE; i++) {
		u32 from_root = first + i;
		u32 steps = AGAIN(s->steps);
		if (from_root >= steps)
			return 0;
		u32 number = steps - 1 - from_root;
		if (AGAIN(s->cut) && from_root >= ROOT_SIDE)
			number = COMPONENTS - 1 - from_root;
		if (!write_name(s, place_of(number), end)) {
			write_mark(s);
			write_name(s, 0, start + PATH_MASK);
			return 0;
		}
	}
	return 1;
}

GLOBAL u32 write_names(struct scratch *s, u32 start)
{
	if (!s)
		return 0;
	if (s->steps >= WALK_LIMIT)
		write_mark(s); // where the path begins is not known
	for (u32 i = 0; i < COMPONENTS; i += STRIDE) {
		if (AGAIN(s->cut) && i == ROOT_SIDE)
			write_mark(s);
		if (!write_some(s, i, start))
			break;
	}
	return 0;
}

// Writes the walked path at `start` of the event; returns its length with the final NUL.
INLINE u32 write_path(struct scratch *s, u32 start)
{
	AGAIN(s->cursor) = start;
	if (s->cut || write_some(s, 0, start)) {
		AGAIN(s->cursor) = start;
		write_names(s, start);
	}
	u32 end = AGAIN(s->cursor);
	if (end == start) {
		s->data[bound(end, DATA_MASK)] = '/';
		end++;
	}
	s->data[bound(end, DATA_MASK)] = 0;
	return end + 1 - start;
}

// Walks from a path to the root of `task`.
INLINE void walk_from(struct scratch *s, struct task_struct *task, u64 vfsmount, u64 dentry)
{
	struct fs_struct *fs = READ(task, fs);
	s->walk.mount = mount_of(vfsmount);
	s->walk.dentry = dentry;
	s->walk.root_mount = mount_of((u64)READ(fs, root.mnt));
	s->walk.root_dentry = (u64)READ(fs, root.dentry);
	s->is_nameless = 0;
	s->cut = 0;
	if (walk_some(s, 0) == WALK_ON)
		walk_rest(s);
}

INLINE void put_walked_path(struct event *e)
{
	end_param(e, write_path(e->s, e->pos) & PATH_MASK);
}

INLINE void put_file_path(struct event *e, struct task_struct *task, struct file *file)
{
	if (!file) {
		put_empty(e);
		return;
	}
	walk_from(e->s, task, (u64)READ(file, f_path.mnt), (u64)READ(file, f_path.dentry));
	put_walked_path(e);
}
