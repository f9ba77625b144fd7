// Paths from the kernel's own structures: from a dentry up over mount points to the caller's root,
// so that neither a symbolic link nor memory changed after the call can lie. The walk keeps where
// each name is; the filter hashes names from the root down, and only a path that passes is written.
//
// Bound: COMPONENTS names and mount points. A deeper path keeps its last ones and is flagged.
#pragma once
#include "record.h"

INLINE u64 mount_of(u64 vfsmount)
{
	return vfsmount - bpf_core_field_offset(struct mount, mnt);
}

enum { WALK_ON, WALK_END };
#define STRIDE 8 // steps in one function: a call costs more than a step, and the verifier pays for each

// Up to STRIDE steps up from s->walk; what they pass become components from `index` on. The steps of
// walks are functions of their own, so that the verifier looks at 8 of them and not at 128.
GLOBAL u32 walk_some(struct scratch *s, u32 index)
{
	if (!s || index > COMPONENTS - STRIDE)
		return WALK_END;
	u64 dentry = s->walk.dentry;
	u64 mount = s->walk.mount;
	u64 top = (u64)READ(AS(struct mount, mount), mnt.mnt_root);
	for (u32 i = 0; i < STRIDE; i++) {
		s->steps = index + i;
		if (dentry == s->walk.root_dentry && mount == s->walk.root_mount)
			return WALK_END;
		struct component *component = &s->components[bound(index + i, COMPONENTS - 1)];
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
			s->steps = index + i + 1;
			s->is_nameless = component->length == 1;
			return WALK_END;
		}
		dentry = parent;
	}
	s->steps = index + STRIDE;
	s->walk.dentry = dentry;
	s->walk.mount = mount;
	return WALK_ON;
}

GLOBAL u32 walk_path(struct scratch *s)
{
	if (!s)
		return 0;
	s->cut = 0;
	s->is_nameless = 0;
	for (u32 i = 0; i < COMPONENTS; i += STRIDE) {
		if (walk_some(s, i) == WALK_END)
			return 0;
	}
	s->cut = 1;
	return 0;
}

// Writes one name of the walked path at s->cursor; 0 where it no longer fits. A function of its own,
// as is what the filter does with a name: the verifier looks at it once and not once a name.
GLOBAL u32 write_name(struct scratch *s, u32 index, u32 start)
{
	if (!s)
		return 0;
	struct component *component = &s->components[bound(index, COMPONENTS - 1)];
	u32 length = component->length & 0xff;
	u32 pos = s->cursor;
	if (!length)
		return 1;
	if (pos - start + length + 2 > PATH_MASK || pos > DATA_LIMIT) {
		s->record.flags |= RECORD_TRUNCATED;
		return 0;
	}
	s->data[bound(pos, DATA_MASK)] = '/';
	bpf_probe_read_kernel(s->data + bound(pos + 1, DATA_MASK), bound(length, 0xff), (void *)component->name);
	s->cursor = pos + 1 + length;
	return 1;
}

// Writes the walked path at `start` of the event; returns its length with the final NUL.
GLOBAL u32 write_path(struct scratch *s, u32 start)
{
	if (!s)
		return 0;
	u32 steps = s->steps;
	if (s->cut)
		s->record.flags |= RECORD_TRUNCATED;
	AGAIN(s->cursor) = start;
	for (u32 i = 0; i < COMPONENTS; i++) {
		if (i >= steps || !write_name(s, steps - 1 - i, start))
			break;
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
	walk_path(s);
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
