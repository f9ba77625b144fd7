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

GLOBAL u32 walk_path(void)
{
	struct scratch *s = this_scratch();
	if (!s)
		return 0;
	u64 mount = s->walk.mount;
	u64 dentry = s->walk.dentry;
	u64 root_mount = s->walk.root_mount;
	u64 root_dentry = s->walk.root_dentry;
	u32 i;
	s->cut = 0;
	for (i = 0; i < COMPONENTS; i++) {
		if (dentry == root_dentry && mount == root_mount)
			goto end;
		struct dentry *d = AS(struct dentry, dentry);
		struct mount *m = AS(struct mount, mount);
		if (dentry == (u64)READ(m, mnt.mnt_root)) {
			u64 up = (u64)READ(m, mnt_parent);
			if (up == mount || !up)
				goto end;
			s->components[i].length = 0;
			dentry = (u64)READ(m, mnt_mountpoint);
			mount = up;
			continue;
		}
		u64 parent = (u64)READ(d, d_parent);
		s->components[i].name = (u64)READ(d, d_name.name);
		s->components[i].length = READ(d, d_name.len) & 0xff;
		if (parent == dentry || !parent) { // a file without a directory: memfd, pipe
			i++;
			goto end;
		}
		dentry = parent;
	}
	s->cut = 1;
end:
	s->steps = i;
	return i;
}

// Writes the walked path at `start` of the event; returns its length with the final NUL.
GLOBAL u32 write_path(u32 start)
{
	struct scratch *s = this_scratch();
	if (!s)
		return 0;
	u32 steps = s->steps;
	if (s->cut)
		s->record.flags |= RECORD_TRUNCATED;
	AGAIN(s->cursor) = start;
	for (u32 i = 0; i < COMPONENTS; i++) {
		if (i >= steps)
			break;
		u32 index = (steps - 1 - i) & (COMPONENTS - 1);
		u32 length = s->components[index].length & 0xff;
		if (!length)
			continue;
		u32 pos = AGAIN(s->cursor);
		if (pos - start + length + 2 > PATH_MASK || pos > DATA_LIMIT) {
			s->record.flags |= RECORD_TRUNCATED;
			break;
		}
		s->data[bound(pos, DATA_MASK)] = '/';
		bpf_probe_read_kernel(s->data + bound(pos + 1, DATA_MASK), bound(length, 0xff),
				      (void *)s->components[index].name);
		AGAIN(s->cursor) = pos + 1 + length;
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
INLINE void walk_from(struct task_struct *task, u64 vfsmount, u64 dentry)
{
	struct scratch *s = this_scratch();
	if (!s)
		return;
	struct fs_struct *fs = READ(task, fs);
	s->walk.mount = mount_of(vfsmount);
	s->walk.dentry = dentry;
	s->walk.root_mount = mount_of((u64)READ(fs, root.mnt));
	s->walk.root_dentry = (u64)READ(fs, root.dentry);
	walk_path();
}

INLINE void put_walked_path(struct event *e)
{
	end_param(e, write_path(e->pos) & PATH_MASK);
}

INLINE void put_file_path(struct event *e, struct task_struct *task, struct file *file)
{
	if (!file) {
		put_empty(e);
		return;
	}
	walk_from(task, (u64)READ(file, f_path.mnt), (u64)READ(file, f_path.dentry));
	put_walked_path(e);
}
