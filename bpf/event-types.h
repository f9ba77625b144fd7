// Ids of the event types that the programs write: rows of src/model/event-rows.ts.
#pragma once

enum event_type {
	SYSCALL_OPEN_X = 3,
	SOCKET_CONNECT_X = 23,
	SYSCALL_CREAT_X = 59,
	PROCEXIT_1_E = 186,
	SYSCALL_CLONE_20_X = 223,
	SYSCALL_EXECVE_19_X = 293,
	SYSCALL_OPENAT_2_X = 307,
	SYSCALL_OPENAT2_X = 327,
	SYSCALL_OPEN_BY_HANDLE_AT_X = 337,
};
