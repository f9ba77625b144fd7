// The paths of a task's cgroups, one for each controller that container runtimes use.
#pragma once
#include "path.h"

#define CGROUP_LEVELS 16
#define CGROUP_LIMIT 4096

INLINE u64 kernfs_parent(u64 node)
{
	if (bpf_core_field_exists(struct kernfs_node, parent))
		return (u64)READ(AS(struct kernfs_node, node), parent);
	return (u64)READ(AS(struct kernfs_node___v6_15, node), __parent);
}

// One level of a cgroup's path: "/" and its name at s->cursor.
GLOBAL u32 write_cgroup_level(struct scratch *s, u32 level)
{
	if (!s)
		return 0;
	u32 pos = s->cursor;
	if (pos > DATA_LIMIT)
		return 0;
	s->data[bound(pos, DATA_MASK)] = '/';
	s64 length =
		bpf_probe_read_kernel_str(s->data + bound(pos + 1, DATA_MASK), 256,
					  (void *)s->components[bound(level, COMPONENTS - 1)].name);
	s->cursor = pos + (length > 0 ? length : 1);
	return 0;
}

// The path of the kernfs node s->walk.dentry at s->cursor, with a final NUL.
GLOBAL u32 write_cgroup_path(struct scratch *s)
{
	if (!s)
		return 0;
	u64 node = s->walk.dentry;
	u32 levels = 0;
	for (u32 i = 0; i < CGROUP_LEVELS; i++) {
		u64 parent = kernfs_parent(node);
		if (!parent)
			break;
		s->components[i].name = (u64)READ(AS(struct kernfs_node, node), name);
		node = parent;
		levels = i + 1;
	}
	for (u32 i = 0; i < CGROUP_LEVELS; i++) {
		if (i >= levels)
			break;
		write_cgroup_level(s, levels - 1 - i);
	}
	u32 pos = AGAIN(s->cursor);
	if (!levels)
		s->data[bound(pos++, DATA_MASK)] = '/';
	s->data[bound(pos++, DATA_MASK)] = 0;
	AGAIN(s->cursor) = pos;
	return 0;
}

INLINE void write_cgroup(struct scratch *s, const char *name, const u32 length,
			 struct kernfs_node *node)
{
	u32 pos = AGAIN(s->cursor);
	if (!node || pos > DATA_LIMIT)
		return;
	u8 *to = s->data + bound(pos, DATA_MASK);
	for (u32 i = 0; i < length; i++)
		to[i] = name[i];
	AGAIN(s->cursor) = pos + length;
	AGAIN(s->walk.dentry) = (u64)node;
	write_cgroup_path(s);
}

#define CONTROLLER(s, set, text, id)                                                               \
	({                                                                                         \
		if (bpf_core_enum_value_exists(enum cgroup_subsys_id, id)) {                       \
			u32 index_ = bpf_core_enum_value(enum cgroup_subsys_id, id);               \
			struct cgroup_subsys_state *state_ = READ(set, subsys[index_ & 15]);       \
			write_cgroup(s, text "=", sizeof(text), READ(READ(state_, cgroup), kn));   \
		}                                                                                  \
	})

// The current task's, at `start` of the event: controller=path, NUL-separated; "unified" is the v2
// hierarchy. Their length.
GLOBAL u32 write_cgroups(struct scratch *s, u32 start)
{
	struct css_set *set = READ(current_task(), cgroups);
	if (!s || !set)
		return 0;
	AGAIN(s->cursor) = start;
	CONTROLLER(s, set, "cpuset", cpuset_cgrp_id);
	CONTROLLER(s, set, "cpu", cpu_cgrp_id);
	CONTROLLER(s, set, "cpuacct", cpuacct_cgrp_id);
	CONTROLLER(s, set, "io", io_cgrp_id);
	CONTROLLER(s, set, "memory", memory_cgrp_id);
	CONTROLLER(s, set, "pids", pids_cgrp_id);
	write_cgroup(s, "unified=", 8, READ(READ(set, dfl_cgrp), kn));
	return AGAIN(s->cursor) - start;
}

INLINE void put_cgroups(struct event *e)
{
	end_param(e, has_room(e, CGROUP_LIMIT) ? write_cgroups(e->s, e->pos) & DATA_MASK : 0);
}
