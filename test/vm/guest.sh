#!/bin/busybox sh
# The first process of the virtual machine: a machine with a running sensor goes through what a
# laptop or a moved server goes through. Each line that begins with "== " is read by the test.
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mkdir -p /dev/shm
mount -t tmpfs none /dev/shm
mount -t tmpfs none /tmp
mount -t tmpfs none /run
mount -t cgroup2 none /sys/fs/cgroup
ifconfig lo 127.0.0.1 up
cd /midwatch

say() { echo "== $*"; }
seconds() { date +%s; }
# A program with a kernel thread's name: a finding of its own each time, by another name.
pretend() { cp /bin/busybox "/dev/shm/$1"; /dev/shm/"$1" 2>/dev/null; say "act $1 $(seconds)"; }
finish() {
	say 'findings'
	cat /tmp/findings
	say 'messages'
	cat /tmp/messages
	say 'end'
	poweroff -f
}

say "kernel $(uname -r)"
node src/main.ts sensor --json >/tmp/findings 2>/tmp/messages &
sensor=$!
for second in $(seq 1 120); do
	cat /etc/shadow >/dev/null
	[ -s /tmp/findings ] && break
	kill -0 $sensor 2>/dev/null || finish
	sleep 1
done
say "watching"

pretend kworker
(nc -l -p 4444 & sleep 1; echo exit | nc 127.0.0.1 4444 -e /bin/sh) >/dev/null 2>&1
runc run --no-pivot --bundle /bundle scratch >/dev/null 2>&1 || say "runc failed"
sleep 2
node src/main.ts status --json >/tmp/status
say "status $(cat /tmp/status)"

date -s "@$(($(seconds) + 3600))" >/dev/null
sleep 3
pretend kswapd0
date -s "@$(($(seconds) - 7200))" >/dev/null
sleep 3
pretend ksoftirqd

echo 0 >/sys/class/rtc/rtc0/wakealarm
echo +10 >/sys/class/rtc/rtc0/wakealarm
before=$(seconds)
echo mem >/sys/power/state
say "slept $(($(seconds) - before)) s"
sleep 2
pretend kthreadd
sleep 2
kill -INT $sensor
wait $sensor
finish
