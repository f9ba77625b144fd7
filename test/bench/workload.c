// The loads that the sensor's benchmarks put on the machine. One program, so that nothing but the
// measured call differs between runs.
//
//   workload open PATH COUNT        open+close in a loop      prints ns an iteration
//   workload getppid COUNT          a call nobody watches     prints ns an iteration
//   workload spawn PROGRAM COUNT    vfork+exec+wait           prints ns an iteration
//   workload storm PATH             open+close until SIGTERM  prints ns an iteration
//   workload read PATH COUNT GAP_US open+read+close, prints CLOCK_REALTIME ns before each open
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	stopped = 1;
}

static long long now_ns(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void open_close(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail(path);
	close(fd);
}

static void report(long long started, long count)
{
	printf("%.1f\n", (double)(now_ns(CLOCK_MONOTONIC) - started) / (double)count);
}

static void spawn_many(char *program, long count)
{
	char *argv[] = { program, NULL };
	for (long i = 0; i < count; i++) {
		pid_t pid;
		int status;
		if (posix_spawn(&pid, program, NULL, NULL, argv, environ) != 0)
			fail(program);
		waitpid(pid, &status, 0);
	}
}

static void read_many(const char *path, long count, long gap_us)
{
	char byte;
	for (long i = 0; i < count; i++) {
		usleep((useconds_t)gap_us);
		printf("%lld\n", now_ns(CLOCK_REALTIME));
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || read(fd, &byte, 1) != 1)
			fail(path);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	long long started = now_ns(CLOCK_MONOTONIC);

	if (strcmp(mode, "open") == 0 && argc == 4) {
		long count = atol(argv[3]);
		for (long i = 0; i < count; i++)
			open_close(argv[2]);
		report(started, count);
	} else if (strcmp(mode, "getppid") == 0 && argc == 3) {
		long count = atol(argv[2]);
		for (long i = 0; i < count; i++)
			syscall(SYS_getppid);
		report(started, count);
	} else if (strcmp(mode, "spawn") == 0 && argc == 4) {
		long count = atol(argv[3]);
		spawn_many(argv[2], count);
		report(started, count);
	} else if (strcmp(mode, "storm") == 0 && argc == 3) {
		long count = 0;
		signal(SIGTERM, stop);
		for (; !stopped; count++)
			open_close(argv[2]);
		report(started, count);
	} else if (strcmp(mode, "read") == 0 && argc == 5) {
		read_many(argv[2], atol(argv[3]), atol(argv[4]));
	} else {
		fprintf(stderr, "usage: see the head of workload.c\n");
		return 2;
	}
	return 0;
}
