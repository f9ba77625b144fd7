// Ways to run another program: `execs WAY PROGRAM [ARGS…]`.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char **rest;

static void *exec_in_thread(void *nothing)
{
	execv(rest[0], rest);
	return nothing;
}

static void by_thread(void)
{
	pthread_t thread;
	pthread_create(&thread, NULL, exec_in_thread, NULL);
	pthread_join(thread, NULL);
}

static void by_vfork(void)
{
	pid_t child = vfork();
	if (child == 0) {
		execv(rest[0], rest);
		_exit(1);
	}
	printf("child=%d", child);
	waitpid(child, NULL, 0);
}

static void by_memfd(void)
{
	int source = open(rest[0], O_RDONLY);
	int fd = memfd_create("payload", 0);
	while (sendfile(fd, source, NULL, 1 << 20) > 0)
		;
	fexecve(fd, rest, environ);
}

// A megabyte is what one argument may not have: 128 KiB less its end are allowed.
static void with_long_argument(void)
{
	static char text[128 * 1024];
	memset(text, 'a', sizeof(text) - 1);
	char *args[] = {rest[0], text, "last", NULL};
	execv(rest[0], args);
}

static void by_failing(void)
{
	char *args[] = {"zero", "one", "two", NULL};
	execv("/absent/program", args);
	syscall(SYS_execveat, AT_FDCWD, "absent", args, environ, 0);
}

// A child in a thread that ends before it, and one that outlives its parent.
static void orphan(void)
{
	if (fork() == 0) {
		pid_t child = fork();
		if (child == 0) {
			while (getppid() != 1 && getppid() != atoi(rest[0]))
				usleep(1000);
			_exit(0);
		}
		printf("child=%d", child);
		fflush(stdout);
		_exit(7);
	}
	wait(NULL);
}

int main(int argc, char **argv)
{
	rest = argv + 2;
	const char *way = argc > 2 ? argv[1] : "";
	if (!strcmp(way, "thread"))
		by_thread();
	if (!strcmp(way, "vfork"))
		by_vfork();
	if (!strcmp(way, "memfd"))
		by_memfd();
	if (!strcmp(way, "long"))
		with_long_argument();
	if (!strcmp(way, "fail"))
		by_failing();
	if (!strcmp(way, "orphan"))
		orphan();
	return 0;
}
