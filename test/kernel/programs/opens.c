// Opens what a list names: `opens LIST`, a line each: how (r, w, b for both, p for O_PATH) and
// path.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int flags_of(char how)
{
	switch (how) {
	case 'w':
		return O_WRONLY;
	case 'b':
		return O_RDWR;
	case 'p':
		return O_PATH;
	}
	return O_RDONLY;
}

// `opens storm COUNT PATH` opens one path many times.
static int storm(int count, const char *path)
{
	for (int i = 0; i < count; i++)
		close(syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0));
	return 0;
}

int main(int argc, char **argv)
{
	char line[8192];
	if (argc == 4 && !strcmp(argv[1], "storm"))
		return storm(atoi(argv[2]), argv[3]);
	FILE *list = fopen(argv[argc - 1], "r");
	while (list && fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = 0;
		int fd = syscall(SYS_openat, AT_FDCWD, line + 2, flags_of(line[0]), 0);
		if (fd >= 0)
			close(fd);
	}
	return 0;
}
