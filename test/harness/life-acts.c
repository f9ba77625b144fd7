// Lives of processes that are easy to get wrong, one a word on the command line.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(const char *word)
{
	execl("/bin/true", "true", word, (char *)0);
	_exit(1);
}

static void *from_thread(void *word)
{
	run(word);
	return 0;
}

static void wait_all(void)
{
	while (wait(0) > 0)
		;
}

int main(int count, char **words)
{
	const char *act = count > 1 ? words[1] : "";
	if (!strcmp(act, "thread-exec")) { // an exec by a thread that does not lead
		pthread_t thread;
		pthread_create(&thread, 0, from_thread, "thread-exec");
		pthread_join(thread, 0);
	} else if (!strcmp(act, "vfork")) { // the parent waits until the child's exec
		if (vfork() == 0)
			run("vfork");
		wait_all();
	} else if (!strcmp(act, "orphan")) { // a parent that ends before its child's exec
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		if (fork() == 0) {
			prctl(PR_SET_NAME, "middle");
			if (fork() == 0) {
				while (getppid() != getpgrp())
					usleep(1000);
				run("orphan");
			}
			_exit(0);
		}
		wait_all();
	} else if (!strcmp(act, "leader-first")) { // the leader ends, its thread goes on and forks
		if (fork() == 0) {
			pthread_t thread;
			extern void *after_leader(void *);
			pthread_create(&thread, 0, after_leader, 0);
			pthread_exit(0);
		}
		wait_all();
	}
	return 0;
}

void *after_leader(void *unused)
{
	usleep(50000);
	if (fork() == 0)
		run("leader-first");
	wait_all();
	_exit(0);
	return unused;
}
