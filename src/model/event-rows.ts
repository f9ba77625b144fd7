// @data: every event type of the capture and sensor formats, one row a type. Facts of Falco libs 0.25.4.
// Row: id | name | constant | category | flags | parameter:type:base … (base d, x, o; - for the rest).
// The row's position is its id. Odd ids are exit or meta events; only those are evaluated (ADR 0003).
export const EVENT_ROWS = `
0|syscall|generic_e|513|converted old|ID:syscallid:d nativeID:uint16:d
1|syscall|generic_x|513|converted|ID:syscallid:d nativeID:uint16:d
2|open|syscall_open_e|514|converted creates-fd state|name:fspath:- flags:flags32:x mode:uint32:o
3|open|syscall_open_x|514|converted creates-fd state|fd:fd:d name:fspath:- flags:flags32:x mode:uint32:o dev:uint32:x ino:uint64:d
4|close|syscall_close_e|546|converted destroys-fd old state uses-fd|fd:fd:d
5|close|syscall_close_x|546|converted destroys-fd state uses-fd|res:errno:d fd:fd:d
6|read|syscall_read_e|544|converted old reads uses-fd|fd:fd:d size:uint32:d
7|read|syscall_read_x|544|converted reads uses-fd|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d
8|write|syscall_write_e|545|converted old uses-fd writes|fd:fd:d size:uint32:d
9|write|syscall_write_x|545|converted uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d
10|brk|syscall_brk_1_e|517|converted old|size:uint32:d
11|brk|syscall_brk_1_x|517|converted old|res:uint64:x
12|execve|syscall_execve_8_e|518|converted old state|
13|execve|syscall_execve_8_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d
14|clone|syscall_clone_11_e|518|old state|
15|clone|syscall_clone_11_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d flags:flags32:x uid:uint32:d gid:uint32:d
16|procexit|procexit_e|1030|converted old state|
17|NA|procexit_x|0|unused|
18|socket|socket_socket_e|515|converted creates-fd old state|domain:enumflags32:d type:uint32:d proto:uint32:d
19|socket|socket_socket_x|515|converted creates-fd state|fd:fd:d domain:enumflags32:d type:uint32:d proto:uint32:d flags:flags32:x
20|bind|socket_bind_e|515|converted old state uses-fd|fd:fd:d
21|bind|socket_bind_x|515|converted state uses-fd|res:errno:d addr:sockaddr:- fd:fd:d
22|connect|socket_connect_e|515|converted state uses-fd|fd:fd:d addr:sockaddr:-
23|connect|socket_connect_x|515|converted state uses-fd|res:errno:d tuple:socktuple:- fd:fd:d addr:sockaddr:-
24|listen|socket_listen_e|515|converted old uses-fd|fd:fd:d backlog:int32:d
25|listen|socket_listen_x|515|converted uses-fd|res:errno:d fd:fd:d backlog:int32:d
26|accept|socket_accept_e|515|creates-fd old state|
27|accept|socket_accept_x|515|converted creates-fd old state|fd:fd:d tuple:socktuple:- queuepct:uint8:d
28|send|socket_send_e|545|converted old uses-fd writes|fd:fd:d size:uint32:d
29|send|socket_send_x|545|converted uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d tuple:socktuple:-
30|sendto|socket_sendto_e|545|converted old state uses-fd writes|fd:fd:d size:uint32:d tuple:socktuple:-
31|sendto|socket_sendto_x|545|converted state uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d tuple:socktuple:-
32|recv|socket_recv_e|544|converted old reads uses-fd|fd:fd:d size:uint32:d
33|recv|socket_recv_x|544|converted reads uses-fd|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d tuple:socktuple:-
34|recvfrom|socket_recvfrom_e|544|converted old reads state uses-fd|fd:fd:d size:uint32:d
35|recvfrom|socket_recvfrom_x|544|converted reads state uses-fd|res:errno:d data:bytebuf:- tuple:socktuple:- fd:fd:d size:uint32:d
36|shutdown|socket_shutdown_e|515|converted old state uses-fd|fd:fd:d how:enumflags8:x
37|shutdown|socket_shutdown_x|515|converted state uses-fd|res:errno:d fd:fd:d how:enumflags8:x
38|getsockname|socket_getsockname_e|515|old|
39|getsockname|socket_getsockname_x|515||
40|getpeername|socket_getpeername_e|515|old|
41|getpeername|socket_getpeername_x|515||
42|socketpair|socket_socketpair_e|516|converted creates-fd old state|domain:enumflags32:d type:uint32:d proto:uint32:d
43|socketpair|socket_socketpair_x|516|converted creates-fd state|res:errno:d fd1:fd:d fd2:fd:d source:uint64:x peer:uint64:x domain:enumflags32:d type:uint32:d proto:uint32:d
44|setsockopt|socket_setsockopt_e|515|old|
45|setsockopt|socket_setsockopt_x|515|uses-fd|res:errno:d fd:fd:d level:enumflags8:d optname:enumflags8:d val:dyn:d optlen:uint32:d
46|getsockopt|socket_getsockopt_e|515|old state|
47|getsockopt|socket_getsockopt_x|515|state uses-fd|res:errno:d fd:fd:d level:enumflags8:d optname:enumflags8:d val:dyn:d optlen:uint32:d
48|sendmsg|socket_sendmsg_e|545|converted old state uses-fd writes|fd:fd:d size:uint32:d tuple:socktuple:-
49|sendmsg|socket_sendmsg_x|545|converted state uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d tuple:socktuple:-
50|sendmmsg|socket_sendmmsg_e|545|old|
51|sendmmsg|socket_sendmmsg_x|545|converted state uses-fd writes|res:errno:d fd:fd:d size:uint32:d data:bytebuf:- tuple:socktuple:-
52|recvmsg|socket_recvmsg_e|544|converted old reads state uses-fd|fd:fd:d
53|recvmsg|socket_recvmsg_x|544|converted reads state uses-fd|res:errno:d size:uint32:d data:bytebuf:- tuple:socktuple:- msgcontrol:bytebuf:- fd:fd:d
54|recvmmsg|socket_recvmmsg_e|544|old|
55|recvmmsg|socket_recvmmsg_x|544|converted reads state uses-fd|res:errno:d fd:fd:d size:uint32:d data:bytebuf:- tuple:socktuple:- msgcontrol:bytebuf:-
56|accept|socket_accept4_e|515|converted creates-fd old state|flags:int32:x
57|accept|socket_accept4_x|515|converted creates-fd old state|fd:fd:d tuple:socktuple:- queuepct:uint8:d
58|creat|syscall_creat_e|514|converted creates-fd state|name:fspath:- mode:uint32:o
59|creat|syscall_creat_x|514|converted creates-fd state|fd:fd:d name:fspath:- mode:uint32:o dev:uint32:x ino:uint64:d creat_flags:flags16:x
60|pipe|syscall_pipe_e|516|creates-fd old state|
61|pipe|syscall_pipe_x|516|creates-fd state|res:errno:d fd1:fd:d fd2:fd:d ino:uint64:d
62|eventfd|syscall_eventfd_e|516|converted creates-fd old state|initval:uint64:d flags:uint32:x
63|eventfd|syscall_eventfd_x|516|converted creates-fd state|res:fd:d initval:uint64:d flags:uint32:x
64|futex|syscall_futex_e|516|converted old|addr:uint64:x op:flags16:x val:uint64:d
65|futex|syscall_futex_x|516|converted|res:errno:d addr:uint64:x op:flags16:x val:uint64:d
66|stat|syscall_stat_e|514|old|
67|stat|syscall_stat_x|514||res:errno:d path:fspath:-
68|lstat|syscall_lstat_e|514|old|
69|lstat|syscall_lstat_x|514||res:errno:d path:fspath:-
70|fstat|syscall_fstat_e|514|converted old uses-fd|fd:fd:-
71|fstat|syscall_fstat_x|514|converted uses-fd|res:errno:d fd:fd:-
72|stat64|syscall_stat64_e|514|old|
73|stat64|syscall_stat64_x|514||res:errno:d path:fspath:-
74|lstat64|syscall_lstat64_e|514|old|
75|lstat64|syscall_lstat64_x|514||res:errno:d path:fspath:-
76|fstat64|syscall_fstat64_e|514|old uses-fd|fd:fd:-
77|fstat64|syscall_fstat64_x|514||res:errno:d
78|epoll_wait|syscall_epollwait_e|576|converted old waits|maxevents:errno:d
79|epoll_wait|syscall_epollwait_x|576|converted waits|res:errno:d maxevents:errno:d
80|poll|syscall_poll_e|576|converted old waits|fds:fdlist:d timeout:int64:d
81|poll|syscall_poll_x|576|converted waits|res:errno:d fds:fdlist:d timeout:int64:d
82|select|syscall_select_e|576|old waits|
83|select|syscall_select_x|576|waits|res:errno:d
84|select|syscall_newselect_e|576|old waits|
85|select|syscall_newselect_x|576|converted old waits|res:errno:d
86|lseek|syscall_lseek_e|514|converted old uses-fd|fd:fd:d offset:uint64:d whence:enumflags8:d
87|lseek|syscall_lseek_x|514|converted uses-fd|res:errno:d fd:fd:d offset:uint64:d whence:enumflags8:d
88|llseek|syscall_llseek_e|514|converted old uses-fd|fd:fd:d offset:uint64:d whence:enumflags8:d
89|llseek|syscall_llseek_x|514|converted uses-fd|res:errno:d fd:fd:d offset:uint64:d whence:enumflags8:d
90|ioctl|syscall_ioctl_2_e|546|converted old uses-fd|fd:fd:d request:uint64:x
91|ioctl|syscall_ioctl_2_x|546|converted old uses-fd|res:errno:d
92|getcwd|syscall_getcwd_e|514|old|
93|getcwd|syscall_getcwd_x|514||res:errno:d path:charbuf:-
94|chdir|syscall_chdir_e|514|old state|
95|chdir|syscall_chdir_x|514|state|res:errno:d path:charbuf:-
96|fchdir|syscall_fchdir_e|514|converted old state uses-fd|fd:fd:-
97|fchdir|syscall_fchdir_x|514|converted state uses-fd|res:errno:d fd:fd:-
98|mkdir|syscall_mkdir_e|514|converted old|path:fspath:- mode:uint32:x
99|mkdir|syscall_mkdir_x|514|converted old|res:errno:d
100|rmdir|syscall_rmdir_e|514|converted old|path:fspath:-
101|rmdir|syscall_rmdir_x|514|converted old|res:errno:d
102|openat|syscall_openat_e|514|converted creates-fd old state|dirfd:fd:d name:charbuf:- flags:flags32:x mode:uint32:o
103|openat|syscall_openat_x|514|converted creates-fd old state|fd:fd:d
104|link|syscall_link_e|514|converted old|oldpath:fspath:- newpath:fspath:-
105|link|syscall_link_x|514|converted old|res:errno:d
106|linkat|syscall_linkat_e|514|converted old|olddir:fd:d oldpath:charbuf:- newdir:fd:d newpath:charbuf:-
107|linkat|syscall_linkat_x|514|converted old|res:errno:d
108|unlink|syscall_unlink_e|514|converted old|path:fspath:-
109|unlink|syscall_unlink_x|514|converted old|res:errno:d
110|unlinkat|syscall_unlinkat_e|514|converted old|dirfd:fd:d name:charbuf:-
111|unlinkat|syscall_unlinkat_x|514|converted old|res:errno:d
112|pread|syscall_pread_e|544|converted old reads uses-fd|fd:fd:d size:uint32:d pos:uint64:d
113|pread|syscall_pread_x|544|converted reads uses-fd|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d pos:uint64:d
114|pwrite|syscall_pwrite_e|545|converted old uses-fd writes|fd:fd:d size:uint32:d pos:uint64:d
115|pwrite|syscall_pwrite_x|545|converted uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d pos:uint64:d
116|readv|syscall_readv_e|544|converted old reads uses-fd|fd:fd:d
117|readv|syscall_readv_x|544|converted reads uses-fd|res:errno:d size:uint32:d data:bytebuf:- fd:fd:d
118|writev|syscall_writev_e|545|converted old uses-fd writes|fd:fd:d size:uint32:d
119|writev|syscall_writev_x|545|converted uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d
120|preadv|syscall_preadv_e|544|converted old reads uses-fd|fd:fd:d pos:uint64:d
121|preadv|syscall_preadv_x|544|converted reads uses-fd|res:errno:d size:uint32:d data:bytebuf:- fd:fd:d pos:uint64:d
122|pwritev|syscall_pwritev_e|545|converted old uses-fd writes|fd:fd:d size:uint32:d pos:uint64:d
123|pwritev|syscall_pwritev_x|545|converted uses-fd writes|res:errno:d data:bytebuf:- fd:fd:d size:uint32:d pos:uint64:d
124|dup|syscall_dup_e|546|converted creates-fd old state uses-fd|fd:fd:d
125|dup|syscall_dup_x|546|converted creates-fd old state uses-fd|res:fd:d
126|signalfd|syscall_signalfd_e|521|converted creates-fd old state|fd:fd:d mask:uint32:x flags:uint8:x
127|signalfd|syscall_signalfd_x|521|converted creates-fd state|res:fd:d fd:fd:d mask:uint32:x flags:uint8:x
128|kill|syscall_kill_e|521|converted old|pid:pid:d sig:sigtype:d
129|kill|syscall_kill_x|521|converted|res:errno:d pid:pid:d sig:sigtype:d
130|tkill|syscall_tkill_e|521|converted old|tid:pid:d sig:sigtype:d
131|tkill|syscall_tkill_x|521|converted|res:errno:d tid:pid:d sig:sigtype:d
132|tgkill|syscall_tgkill_e|521|converted old|pid:pid:d tid:pid:d sig:sigtype:d
133|tgkill|syscall_tgkill_x|521|converted|res:errno:d pid:pid:d tid:pid:d sig:sigtype:d
134|nanosleep|syscall_nanosleep_e|519|converted old waits|interval:reltime:d
135|nanosleep|syscall_nanosleep_x|519|converted waits|res:errno:d interval:reltime:d
136|timerfd_create|syscall_timerfd_create_e|523|converted creates-fd old state|clockid:uint8:d flags:uint8:x
137|timerfd_create|syscall_timerfd_create_x|523|converted creates-fd state|res:fd:d clockid:uint8:d flags:uint8:x
138|inotify_init|syscall_inotify_init_e|516|converted creates-fd old state|flags:uint8:x
139|inotify_init|syscall_inotify_init_x|516|converted creates-fd state|res:fd:d flags:uint8:x
140|getrlimit|syscall_getrlimit_e|518|converted old|resource:enumflags8:d
141|getrlimit|syscall_getrlimit_x|518|converted|res:errno:d cur:int64:d max:int64:d resource:enumflags8:d
142|setrlimit|syscall_setrlimit_e|518|converted old|resource:enumflags8:d
143|setrlimit|syscall_setrlimit_x|518|converted|res:errno:d cur:int64:d max:int64:d resource:enumflags8:d
144|prlimit|syscall_prlimit_e|518|converted old|pid:pid:d resource:enumflags8:d
145|prlimit|syscall_prlimit_x|518|converted|res:errno:d newcur:int64:d newmax:int64:d oldcur:int64:d oldmax:int64:d pid:int64:d resource:enumflags8:d
146|switch|schedswitch_1_e|1152|converted old skip-reset|next:pid:d
147|NA|schedswitch_1_x|0|unused|
148|drop|drop_e|4352|skip-reset|ratio:uint32:d
149|drop|drop_x|4352|skip-reset|ratio:uint32:d
150|fcntl|syscall_fcntl_e|546|converted old state uses-fd|fd:fd:d cmd:enumflags8:d
151|fcntl|syscall_fcntl_x|546|converted state uses-fd|res:fd:d fd:fd:d cmd:enumflags8:d arg:uint64:x
152|switch|schedswitch_6_e|1152||next:pid:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d
153|NA|schedswitch_6_x|0|unused|
154|execve|syscall_execve_13_e|518|converted old state|
155|execve|syscall_execve_13_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d
156|clone|syscall_clone_16_e|518|old state|
157|clone|syscall_clone_16_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d flags:flags32:x uid:uint32:d gid:uint32:d
158|brk|syscall_brk_4_e|517|converted old|addr:uint64:x
159|brk|syscall_brk_4_x|517|converted|res:uint64:x vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d addr:uint64:x
160|mmap|syscall_mmap_e|517|converted old uses-fd|addr:uint64:x length:uint64:d prot:flags32:x flags:flags32:x fd:fd:d offset:uint64:d
161|mmap|syscall_mmap_x|517|converted uses-fd|res:errno:x vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d addr:uint64:x length:uint64:d prot:flags32:x flags:flags32:x fd:fd:d offset:uint64:d
162|mmap2|syscall_mmap2_e|517|converted old uses-fd|addr:uint64:x length:uint64:d prot:flags32:x flags:flags32:x fd:fd:d pgoffset:uint64:d
163|mmap2|syscall_mmap2_x|517|converted uses-fd|res:errno:x vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d addr:uint64:x length:uint64:d prot:flags32:x flags:flags32:x fd:fd:d pgoffset:uint64:d
164|munmap|syscall_munmap_e|517|converted old|addr:uint64:x length:uint64:d
165|munmap|syscall_munmap_x|517|converted|res:errno:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d addr:uint64:x length:uint64:d
166|splice|syscall_splice_e|546|converted old uses-fd|fd_in:fd:d fd_out:fd:d size:uint64:d flags:flags32:x
167|splice|syscall_splice_x|546|converted uses-fd|res:errno:d fd_in:fd:d fd_out:fd:d size:uint64:d flags:flags32:x
168|ptrace|syscall_ptrace_e|518|converted old|request:enumflags16:d pid:pid:d
169|ptrace|syscall_ptrace_x|518|converted|res:errno:d addr:dyn:x data:dyn:x request:enumflags16:d pid:pid:d
170|ioctl|syscall_ioctl_3_e|546|converted old uses-fd|fd:fd:d request:uint64:x argument:uint64:x
171|ioctl|syscall_ioctl_3_x|546|converted uses-fd|res:errno:d fd:fd:d request:uint64:x argument:uint64:x
172|execve|syscall_execve_14_e|518|converted old state|
173|execve|syscall_execve_14_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d env:bytebuf:-
174|rename|syscall_rename_e|514|old|
175|rename|syscall_rename_x|514||res:errno:d oldpath:fspath:- newpath:fspath:-
176|renameat|syscall_renameat_e|514|old|
177|renameat|syscall_renameat_x|514||res:errno:d olddirfd:fd:d oldpath:fsrelpath:- newdirfd:fd:d newpath:fsrelpath:-
178|symlink|syscall_symlink_e|514|old|
179|symlink|syscall_symlink_x|514||res:errno:d target:charbuf:- linkpath:fspath:-
180|symlinkat|syscall_symlinkat_e|514|old|
181|symlinkat|syscall_symlinkat_x|514|uses-fd|res:errno:d target:charbuf:- linkdirfd:fd:d linkpath:fsrelpath:-
182|fork|syscall_fork_e|518|old state|
183|fork|syscall_fork_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d flags:flags32:x uid:uint32:d gid:uint32:d
184|vfork|syscall_vfork_e|518|old state|
185|vfork|syscall_vfork_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d flags:flags32:x uid:uint32:d gid:uint32:d
186|procexit|procexit_1_e|1030|state|status:errno:d ret:errno:d sig:sigtype:d core:uint8:d reaper_tid:pid:d
187|NA|procexit_1_x|0|unused|
188|sendfile|syscall_sendfile_e|545|converted old uses-fd|out_fd:fd:d in_fd:fd:d offset:uint64:d size:uint64:d
189|sendfile|syscall_sendfile_x|545|converted uses-fd|res:errno:d offset:uint64:d out_fd:fd:d in_fd:fd:d size:uint64:d
190|quotactl|syscall_quotactl_e|522|converted old|cmd:flags16:d type:flags8:d id:uint32:d quota_fmt:flags8:d
191|quotactl|syscall_quotactl_x|522|converted|res:errno:d special:charbuf:- quotafilepath:charbuf:- dqb_bhardlimit:uint64:d dqb_bsoftlimit:uint64:d dqb_curspace:uint64:d dqb_ihardlimit:uint64:d dqb_isoftlimit:uint64:d dqb_btime:reltime:d dqb_itime:reltime:d dqi_bgrace:reltime:d dqi_igrace:reltime:d dqi_flags:flags8:d quota_fmt_out:flags8:d cmd:flags16:d type:flags8:d id:uint32:d quota_fmt:flags8:d
192|setresuid|syscall_setresuid_e|522|converted old state|ruid:uid:d euid:uid:d suid:uid:d
193|setresuid|syscall_setresuid_x|522|converted state|res:errno:d ruid:uid:d euid:uid:d suid:uid:d
194|setresgid|syscall_setresgid_e|522|converted old state|rgid:gid:d egid:gid:d sgid:gid:d
195|setresgid|syscall_setresgid_x|522|converted state|res:errno:d rgid:gid:d egid:gid:d sgid:gid:d
196|scapevent|scapevent_e|4352|skip-reset|event_type:uint32:d event_data:uint64:d
197|NA|scapevent_x|0|unused|
198|setuid|syscall_setuid_e|522|converted old state|uid:uid:d
199|setuid|syscall_setuid_x|522|converted state|res:errno:d uid:uid:d
200|setgid|syscall_setgid_e|522|converted old state|gid:gid:d
201|setgid|syscall_setgid_x|522|converted state|res:errno:d gid:gid:d
202|getuid|syscall_getuid_e|522|old|
203|getuid|syscall_getuid_x|522||uid:uid:d
204|geteuid|syscall_geteuid_e|522|old|
205|geteuid|syscall_geteuid_x|522||euid:uid:d
206|getgid|syscall_getgid_e|522|old|
207|getgid|syscall_getgid_x|522||gid:gid:d
208|getegid|syscall_getegid_e|522|old|
209|getegid|syscall_getegid_x|522||egid:gid:d
210|getresuid|syscall_getresuid_e|522|old|
211|getresuid|syscall_getresuid_x|522||res:errno:d ruid:uid:d euid:uid:d suid:uid:d
212|getresgid|syscall_getresgid_e|522|old|
213|getresgid|syscall_getresgid_x|522||res:errno:d rgid:gid:d egid:gid:d sgid:gid:d
214|execve|syscall_execve_15_e|518|converted old state|
215|execve|syscall_execve_15_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- env:bytebuf:-
216|clone|syscall_clone_17_e|518|old state|
217|clone|syscall_clone_17_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- flags:flags32:x uid:uint32:d gid:uint32:d
218|fork|syscall_fork_17_e|518|old state|
219|fork|syscall_fork_17_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- flags:flags32:x uid:uint32:d gid:uint32:d
220|vfork|syscall_vfork_17_e|518|old state|
221|vfork|syscall_vfork_17_x|518|converted old state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- flags:flags32:x uid:uint32:d gid:uint32:d
222|clone|syscall_clone_20_e|518|old state|
223|clone|syscall_clone_20_x|518|converted state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- flags:flags32:x uid:uint32:d gid:uint32:d vtid:pid:d vpid:pid:d pidns_init_start_ts:uint64:d
224|fork|syscall_fork_20_e|518|old state|
225|fork|syscall_fork_20_x|518|converted state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- flags:flags32:x uid:uint32:d gid:uint32:d vtid:pid:d vpid:pid:d pidns_init_start_ts:uint64:d
226|vfork|syscall_vfork_20_e|518|old state|
227|vfork|syscall_vfork_20_x|518|converted state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- flags:flags32:x uid:uint32:d gid:uint32:d vtid:pid:d vpid:pid:d pidns_init_start_ts:uint64:d
228|container|container_e|4352|converted old skip-reset state|id:charbuf:- type:uint32:d name:charbuf:- image:charbuf:-
229|NA|container_x|0|unused|
230|execve|syscall_execve_16_e|518|converted old state|
231|execve|syscall_execve_16_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- env:bytebuf:-
232|signaldeliver|signaldeliver_e|1033||spid:pid:d dpid:pid:d sig:sigtype:d
233|NA|signaldeliver_x|0|unused|
234|procinfo|procinfo_e|4352|skip-reset|cpu_usr:uint64:d cpu_sys:uint64:d
235|NA|procinfo_x|0|unused|
236|getdents|syscall_getdents_e|514|converted old uses-fd|fd:fd:-
237|getdents|syscall_getdents_x|514|converted uses-fd|res:errno:d fd:fd:-
238|getdents64|syscall_getdents64_e|514|converted old uses-fd|fd:fd:-
239|getdents64|syscall_getdents64_x|514|converted uses-fd|res:errno:d fd:fd:-
240|setns|syscall_setns_e|518|converted old uses-fd|fd:fd:- nstype:flags32:x
241|setns|syscall_setns_x|518|converted uses-fd|res:errno:d fd:fd:- nstype:flags32:x
242|flock|syscall_flock_e|514|converted old uses-fd|fd:fd:- operation:flags32:x
243|flock|syscall_flock_x|514|converted uses-fd|res:errno:d fd:fd:- operation:flags32:x
244|cpu_hotplug|cpu_hotplug_e|4104|skip-reset state|cpu:uint32:d action:uint32:d
245|NA|cpu_hotplug_x|0|unused|
246|accept|socket_accept_5_e|515|creates-fd old state|
247|accept|socket_accept_5_x|515|creates-fd state|fd:fd:d tuple:socktuple:- queuepct:uint8:d queuelen:uint32:d queuemax:uint32:d
248|accept|socket_accept4_5_e|515|converted creates-fd old state|flags:int32:x
249|accept|socket_accept4_5_x|515|converted creates-fd old state|fd:fd:d tuple:socktuple:- queuepct:uint8:d queuelen:uint32:d queuemax:uint32:d
250|semop|syscall_semop_e|518|converted old|semid:int32:d
251|semop|syscall_semop_x|518|converted|res:errno:d nsops:uint32:d sem_num_0:uint16:d sem_op_0:int16:d sem_flg_0:flags16:x sem_num_1:uint16:d sem_op_1:int16:d sem_flg_1:flags16:x semid:int32:d
252|semctl|syscall_semctl_e|518|converted old|semid:int32:d semnum:int32:d cmd:flags16:x val:int32:d
253|semctl|syscall_semctl_x|518|converted|res:errno:d semid:int32:d semnum:int32:d cmd:flags16:x val:int32:d
254|ppoll|syscall_ppoll_e|576|converted old waits|fds:fdlist:d timeout:reltime:d sigmask:sigset:d
255|ppoll|syscall_ppoll_x|576|converted waits|res:errno:d fds:fdlist:d timeout:reltime:d sigmask:sigset:d
256|mount|syscall_mount_e|514|converted old state|flags:flags32:x
257|mount|syscall_mount_x|514|converted state|res:errno:d dev:charbuf:- dir:fspath:- type:charbuf:- flags:flags32:x
258|umount|syscall_umount_e|514|old state|flags:flags32:x
259|umount|syscall_umount_x|514|converted old state|res:errno:d name:fspath:-
260|k8s|k8s_e|4352|old skip-reset state|json:charbuf:-
261|NA|k8s_x|0|unused|
262|semget|syscall_semget_e|518|converted old|key:int32:x nsems:int32:d semflg:flags32:x
263|semget|syscall_semget_x|518|converted|res:errno:d key:int32:x nsems:int32:d semflg:flags32:x
264|access|syscall_access_e|514|converted old|mode:flags32:x
265|access|syscall_access_x|514|converted|res:errno:d name:fspath:- mode:flags32:x
266|chroot|syscall_chroot_e|518|old state|
267|chroot|syscall_chroot_x|518|state|res:errno:d path:fspath:-
268|tracer|tracer_e|4097|old|id:int64:d tags:charbufarray:- args:charbuf_pair_array:-
269|NA|tracer_x|0|unused|id:int64:d tags:charbufarray:- args:charbuf_pair_array:-
270|mesos|mesos_e|4352|old skip-reset state|json:charbuf:-
271|NA|mesos_x|0|unused|
272|container|container_json_e|4102|converted old state|json:charbuf:-
273|NA|container_json_x|0|unused|
274|setsid|syscall_setsid_e|518|old state|
275|setsid|syscall_setsid_x|518|state|res:pid:d
276|mkdir|syscall_mkdir_2_e|514|converted old|mode:uint32:x
277|mkdir|syscall_mkdir_2_x|514|converted|res:errno:d path:fspath:- mode:uint32:x
278|rmdir|syscall_rmdir_2_e|514|old|
279|rmdir|syscall_rmdir_2_x|514||res:errno:d path:fspath:-
280|notification|notification_e|4097|skip-reset|id:charbuf:d desc:charbuf:-
281|NA|notification_x|0|unused|
282|execve|syscall_execve_17_e|518|converted old state|
283|execve|syscall_execve_17_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- env:bytebuf:- tty:int32:d
284|unshare|syscall_unshare_e|518|converted old|flags:flags32:x
285|unshare|syscall_unshare_x|518|converted|res:errno:d flags:flags32:x
286|infra|infrastructure_event_e|4352|skip-reset|source:charbuf:d name:charbuf:- description:charbuf:- scope:charbuf:-
287|NA|infrastructure_event_x|0|unused|
288|execve|syscall_execve_18_e|518|converted old state|filename:fspath:-
289|execve|syscall_execve_18_x|518|converted old state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- env:bytebuf:- tty:int32:d
290|page_fault|page_fault_e|1025|skip-reset|addr:uint64:x ip:uint64:x error:flags32:x
291|NA|page_fault_x|0|unused|
292|execve|syscall_execve_19_e|518|converted old state|filename:fspath:-
293|execve|syscall_execve_19_x|518|converted state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- env:bytebuf:- tty:uint32:d vpgid:pid:d loginuid:uid:d flags:flags32:x cap_inheritable:uint64:x cap_permitted:uint64:x cap_effective:uint64:x exe_ino:uint64:d exe_ino_ctime:abstime:d exe_ino_mtime:abstime:d uid:uid:d trusted_exepath:fspath:- pgid:pid:- gid:gid:d filename:fspath:-
294|setpgid|syscall_setpgid_e|518|converted old|pid:pid:d pgid:pid:d
295|setpgid|syscall_setpgid_x|518|converted|res:errno:d pid:pid:d pgid:pid:d
296|bpf|syscall_bpf_e|513|converted creates-fd old|cmd:int64:d
297|bpf|syscall_bpf_x|513|converted creates-fd old|res_or_fd:dyn:d
298|seccomp|syscall_seccomp_e|513|converted old|op:uint64:d flags:uint64:x
299|seccomp|syscall_seccomp_x|513|converted|res:errno:d op:uint64:d flags:uint64:x
300|unlink|syscall_unlink_2_e|514|old|
301|unlink|syscall_unlink_2_x|514||res:errno:d path:fspath:-
302|unlinkat|syscall_unlinkat_2_e|514|old|
303|unlinkat|syscall_unlinkat_2_x|514|uses-fd|res:errno:d dirfd:fd:d name:fsrelpath:- flags:flags32:x
304|mkdirat|syscall_mkdirat_e|514|old|
305|mkdirat|syscall_mkdirat_x|514|uses-fd|res:errno:d dirfd:fd:d path:fsrelpath:- mode:uint32:x
306|openat|syscall_openat_2_e|514|converted creates-fd state|dirfd:fd:d name:fsrelpath:- flags:flags32:x mode:uint32:o
307|openat|syscall_openat_2_x|514|converted creates-fd state|fd:fd:d dirfd:fd:d name:fsrelpath:- flags:flags32:x mode:uint32:o dev:uint32:x ino:uint64:d
308|link|syscall_link_2_e|514|old|
309|link|syscall_link_2_x|514||res:errno:d oldpath:fspath:- newpath:fspath:-
310|linkat|syscall_linkat_2_e|514|old|
311|linkat|syscall_linkat_2_x|514||res:errno:d olddir:fd:d oldpath:fsrelpath:- newdir:fd:d newpath:fsrelpath:- flags:flags32:x
312|fchmodat|syscall_fchmodat_e|514|old|
313|fchmodat|syscall_fchmodat_x|514|uses-fd|res:errno:d dirfd:fd:d filename:fsrelpath:- mode:mode:o
314|chmod|syscall_chmod_e|514|old|
315|chmod|syscall_chmod_x|514||res:errno:d filename:fspath:- mode:mode:o
316|fchmod|syscall_fchmod_e|514|old|
317|fchmod|syscall_fchmod_x|514|uses-fd|res:errno:d fd:fd:d mode:mode:o
318|renameat2|syscall_renameat2_e|514|old|
319|renameat2|syscall_renameat2_x|514||res:errno:d olddirfd:fd:d oldpath:fsrelpath:- newdirfd:fd:d newpath:fsrelpath:- flags:flags32:x
320|userfaultfd|syscall_userfaultfd_e|514|creates-fd old state|
321|userfaultfd|syscall_userfaultfd_x|514|creates-fd state|res:errno:d flags:flags32:x
322|pluginevent|pluginevent_e|2049|large|plugin_id:uint32:d event_data:bytebuf:-
323|NA|pluginevent_x|0|unused|
324|container|container_json_2_e|4102|large state|json:charbuf:-
325|NA|container_json_2_x|0|unused|
326|openat2|syscall_openat2_e|514|converted creates-fd state|dirfd:fd:d name:fsrelpath:- flags:flags32:x mode:uint32:o resolve:flags32:x
327|openat2|syscall_openat2_x|514|converted creates-fd state|fd:fd:d dirfd:fd:d name:fsrelpath:- flags:flags32:x mode:uint32:o resolve:flags32:x dev:uint32:x ino:uint64:d
328|mprotect|syscall_mprotect_e|517|converted old|addr:uint64:x length:uint64:d prot:flags32:x
329|mprotect|syscall_mprotect_x|517|converted|res:errno:d addr:uint64:x length:uint64:d prot:flags32:x
330|execveat|syscall_execveat_e|518|converted old state|dirfd:fd:d pathname:fsrelpath:- flags:flags32:x
331|execveat|syscall_execveat_x|518|converted state|res:errno:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:uint64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- env:bytebuf:- tty:uint32:d vpgid:pid:d loginuid:uid:d flags:flags32:x cap_inheritable:uint64:x cap_permitted:uint64:x cap_effective:uint64:x exe_ino:uint64:d exe_ino_ctime:abstime:d exe_ino_mtime:abstime:d uid:uid:d trusted_exepath:fspath:- pgid:pid:- gid:gid:d
332|copy_file_range|syscall_copy_file_range_e|514|converted old reads uses-fd writes|fdin:fd:d offin:uint64:d len:uint64:d
333|copy_file_range|syscall_copy_file_range_x|514|converted reads uses-fd writes|res:errno:d fdout:fd:d offout:uint64:d fdin:fd:d offin:uint64:d len:uint64:d
334|clone3|syscall_clone3_e|518|old state|
335|clone3|syscall_clone3_x|518|converted state|res:pid:d exe:charbuf:- args:bytebuf:- tid:pid:d pid:pid:d ptid:pid:d cwd:charbuf:- fdlimit:int64:d pgft_maj:uint64:d pgft_min:uint64:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d comm:charbuf:- cgroups:bytebuf:- flags:flags32:x uid:uint32:d gid:uint32:d vtid:pid:d vpid:pid:d pidns_init_start_ts:uint64:d
336|open_by_handle_at|syscall_open_by_handle_at_e|514|creates-fd old state|
337|open_by_handle_at|syscall_open_by_handle_at_x|514|creates-fd state|fd:fd:d mountfd:fd:d flags:flags32:x path:fspath:- dev:uint32:x ino:uint64:d
338|io_uring_setup|syscall_io_uring_setup_e|546|creates-fd old state|
339|io_uring_setup|syscall_io_uring_setup_x|546|creates-fd state|res:errno:d entries:uint32:d sq_entries:uint32:d cq_entries:uint32:d flags:flags32:x sq_thread_cpu:uint32:d sq_thread_idle:uint32:d features:flags32:x
340|io_uring_enter|syscall_io_uring_enter_e|546|old|
341|io_uring_enter|syscall_io_uring_enter_x|546|uses-fd|res:errno:d fd:fd:d to_submit:uint32:d min_complete:uint32:d flags:flags32:x sig:sigset:d
342|io_uring_register|syscall_io_uring_register_e|546|old|
343|io_uring_register|syscall_io_uring_register_x|546|uses-fd|res:errno:d fd:fd:d opcode:enumflags16:d arg:uint64:x nr_args:uint32:d
344|mlock|syscall_mlock_e|517|old|
345|mlock|syscall_mlock_x|517||res:errno:d addr:uint64:x len:uint64:d
346|munlock|syscall_munlock_e|517|old|
347|munlock|syscall_munlock_x|517||res:errno:d addr:uint64:x len:uint64:d
348|mlockall|syscall_mlockall_e|517|old|
349|mlockall|syscall_mlockall_x|517||res:errno:d flags:flags32:x
350|munlockall|syscall_munlockall_e|517|old|
351|munlockall|syscall_munlockall_x|517||res:errno:d
352|capset|syscall_capset_e|518|old state|
353|capset|syscall_capset_x|518|state|res:errno:d cap_inheritable:uint64:x cap_permitted:uint64:x cap_effective:uint64:x
354|useradded|user_added_e|4102|state|uid:uint32:d gid:uint32:d name:charbuf:- home:charbuf:- shell:charbuf:- container_id:charbuf:-
355|NA|user_added_x|0|unused|
356|userdeleted|user_deleted_e|4102|state|uid:uint32:d gid:uint32:d name:charbuf:- home:charbuf:- shell:charbuf:- container_id:charbuf:-
357|NA|user_deleted_x|0|unused|
358|groupadded|group_added_e|4102|state|gid:uint32:d name:charbuf:- container_id:charbuf:-
359|NA|group_added_x|0|unused|
360|groupdeleted|group_deleted_e|4102|state|gid:uint32:d name:charbuf:- container_id:charbuf:-
361|NA|group_deleted_x|0|unused|
362|dup2|syscall_dup2_e|546|creates-fd old state uses-fd|fd:fd:d
363|dup2|syscall_dup2_x|546|creates-fd state uses-fd|res:fd:d oldfd:fd:d newfd:fd:d
364|dup3|syscall_dup3_e|546|creates-fd old state uses-fd|fd:fd:d
365|dup3|syscall_dup3_x|546|creates-fd state uses-fd|res:fd:d oldfd:fd:d newfd:fd:d flags:flags32:x
366|dup|syscall_dup_1_e|546|creates-fd old state uses-fd|fd:fd:d
367|dup|syscall_dup_1_x|546|creates-fd state uses-fd|res:fd:d oldfd:fd:d
368|bpf|syscall_bpf_2_e|513|creates-fd old|cmd:int64:d
369|bpf|syscall_bpf_2_x|513|creates-fd|fd:fd:d cmd:enumflags32:d
370|mlock2|syscall_mlock2_e|517|old|
371|mlock2|syscall_mlock2_x|517||res:errno:d addr:uint64:x len:uint64:d flags:flags32:x
372|fsconfig|syscall_fsconfig_e|520|old|
373|fsconfig|syscall_fsconfig_x|520|uses-fd|res:errno:d fd:fd:d cmd:enumflags32:d key:charbuf:- value_bytebuf:bytebuf:- value_charbuf:charbuf:- aux:int32:d
374|epoll_create|syscall_epoll_create_e|576|converted creates-fd old state|size:int32:d
375|epoll_create|syscall_epoll_create_x|576|converted creates-fd state|res:errno:d size:int32:d
376|epoll_create1|syscall_epoll_create1_e|576|converted creates-fd old state|flags:flags32:x
377|epoll_create1|syscall_epoll_create1_x|576|converted creates-fd state|res:errno:d flags:flags32:x
378|chown|syscall_chown_e|514|old|
379|chown|syscall_chown_x|514||res:errno:d path:fspath:- uid:uint32:d gid:uint32:d
380|lchown|syscall_lchown_e|514|old|
381|lchown|syscall_lchown_x|514||res:errno:d path:fspath:- uid:uint32:d gid:uint32:d
382|fchown|syscall_fchown_e|514|old|
383|fchown|syscall_fchown_x|514|uses-fd|res:errno:d fd:fd:d uid:uint32:d gid:uint32:d
384|fchownat|syscall_fchownat_e|514|old|
385|fchownat|syscall_fchownat_x|514|uses-fd|res:errno:d dirfd:fd:d pathname:fsrelpath:- uid:uint32:d gid:uint32:d flags:flags32:x
386|umount|syscall_umount_1_e|514|old state|
387|umount|syscall_umount_1_x|514|state|res:errno:d name:fspath:-
388|accept4|socket_accept4_6_e|515|converted creates-fd old state|flags:int32:x
389|accept4|socket_accept4_6_x|515|converted creates-fd state|fd:fd:d tuple:socktuple:- queuepct:uint8:d queuelen:uint32:d queuemax:uint32:d flags:int32:x
390|umount2|syscall_umount2_e|514|converted old state|flags:flags32:x
391|umount2|syscall_umount2_x|514|converted state|res:errno:d name:fspath:- flags:flags32:x
392|pipe2|syscall_pipe2_e|516|creates-fd old state|
393|pipe2|syscall_pipe2_x|516|creates-fd state|res:errno:d fd1:fd:d fd2:fd:d ino:uint64:d flags:flags32:x
394|inotify_init1|syscall_inotify_init1_e|516|creates-fd old state|
395|inotify_init1|syscall_inotify_init1_x|516|creates-fd state|res:fd:d flags:flags16:x
396|eventfd2|syscall_eventfd2_e|516|converted creates-fd old state|initval:uint64:d
397|eventfd2|syscall_eventfd2_x|516|converted creates-fd state|res:fd:d flags:flags16:x initval:uint64:d
398|signalfd4|syscall_signalfd4_e|521|converted creates-fd old state|fd:fd:d mask:uint32:x
399|signalfd4|syscall_signalfd4_x|521|converted creates-fd state|res:fd:d flags:flags16:x fd:fd:d mask:uint32:x
400|prctl|syscall_prctl_e|518|old state|
401|prctl|syscall_prctl_x|518|state|res:errno:d option:enumflags32:d arg2_str:charbuf:- arg2_int:int64:d
402|asyncevent|asyncevent_e|4097|large|plugin_id:uint32:d name:charbuf:- data:bytebuf:-
403|NA|asyncevent_x|0|unused|
404|memfd_create|syscall_memfd_create_e|517|creates-fd old state|
405|memfd_create|syscall_memfd_create_x|517|creates-fd state|fd:fd:d name:charbuf:- flags:flags32:x
406|pidfd_getfd|syscall_pidfd_getfd_e|518|creates-fd old state|
407|pidfd_getfd|syscall_pidfd_getfd_x|518|creates-fd state|fd:fd:d pid_fd:fd:d target_fd:fd:d flags:uint32:x
408|pidfd_open|syscall_pidfd_open_e|518|creates-fd old state|
409|pidfd_open|syscall_pidfd_open_x|518|creates-fd state|fd:fd:d pid:pid:d flags:flags32:x
410|init_module|syscall_init_module_e|513|old|
411|init_module|syscall_init_module_x|513||res:errno:d img:bytebuf:- length:uint64:d uargs:charbuf:-
412|finit_module|syscall_finit_module_e|513|old|
413|finit_module|syscall_finit_module_x|513|reads uses-fd|res:errno:d fd:fd:d uargs:charbuf:- flags:flags32:x
414|mknod|syscall_mknod_e|513|old|
415|mknod|syscall_mknod_x|513||res:errno:d path:fspath:- mode:mode:o dev:uint32:d
416|mknodat|syscall_mknodat_e|513|old|
417|mknodat|syscall_mknodat_x|513|uses-fd|res:errno:d dirfd:fd:d path:fsrelpath:- mode:mode:o dev:uint32:d
418|newfstatat|syscall_newfstatat_e|514|old|
419|newfstatat|syscall_newfstatat_x|514|uses-fd|res:errno:d dirfd:fd:d path:fsrelpath:- flags:flags32:x
420|process_vm_readv|syscall_process_vm_readv_e|516|old|
421|process_vm_readv|syscall_process_vm_readv_x|516||res:int64:d pid:pid:d data:bytebuf:-
422|process_vm_writev|syscall_process_vm_writev_e|516|old|
423|process_vm_writev|syscall_process_vm_writev_x|516||res:int64:d pid:pid:d data:bytebuf:-
424|delete_module|syscall_delete_module_e|513|old|
425|delete_module|syscall_delete_module_x|513||res:errno:d name:charbuf:- flags:flags32:x
426|setreuid|syscall_setreuid_e|522|old state|
427|setreuid|syscall_setreuid_x|522|state|res:errno:d ruid:uid:d euid:uid:d
428|setregid|syscall_setregid_e|522|old|
429|setregid|syscall_setregid_x|522|state|res:errno:d rgid:uid:d egid:uid:d
430|task|iter_task_e|8198|state|ppid:pid32:d pgid:pid32:d vpgid:pid32:d sid:pid32:d comm:charbuf:- argv:charbufarray:- exepath:fspath:- flags:flags32:x env:charbufarray:- cwd:charbuf:- fdlimit:uint64:d euid:uid:d egid:gid:d cap_permitted:uint64:x cap_effective:uint64:x cap_inheritable:uint64:x exe_ino_num:uint64:d exe_ino_ctime:abstime:d exe_ino_mtime:abstime:d vm_size:uint32:d vm_rss:uint32:d vm_swap:uint32:d pgft_maj:uint64:d pgft_min:uint64:d vtgid:pid32:d vpid:pid32:d pidns_init_start_ts:uint64:d cgroups:charbufarray:- root:fspath:- start_time:abstime:d tty:uint32:d loginuid:uid:d
431|NA|iter_task_x|0|unused|
432|task_file_pipe|iter_task_file_pipe_e|8194|state|fd:fd32:d path:fspath:- ino_num:uint64:d
433|NA|iter_task_file_pipe_x|0|unused|
434|task_file_memfd|iter_task_file_memfd_e|8194|state|fd:fd32:d path:fspath:- ino_num:uint64:d
435|NA|iter_task_file_memfd_x|0|unused|
436|task_file_regular|iter_task_file_regular_e|8194|state|fd:fd32:d path:fspath:- flags:flags32:x mnt_id:uint32:d ino_num:uint64:d
437|NA|iter_task_file_regular_x|0|unused|
438|task_file_directory|iter_task_file_directory_e|8194|state|fd:fd32:d path:fspath:- ino_num:uint64:d
439|NA|iter_task_file_directory_x|0|unused|
440|task_file_socket_inet|iter_task_file_socket_inet_e|8194|state|fd:fd32:d sk_type:uint16:d sk_proto:uint16:d local_ip:ipv4addr:x local_port:port:x remote_ip:ipv4addr:x remote_port:port:x ino_num:uint64:d
441|NA|iter_task_file_socket_inet_x|0|unused|
442|task_file_socket_inet6|iter_task_file_socket_inet6_e|8194|state|fd:fd32:d sk_type:uint16:d sk_proto:uint16:d local_ip:ipv6addr:x local_port:port:x remote_ip:ipv6addr:x remote_port:port:x ino_num:uint64:d
443|NA|iter_task_file_socket_inet6_x|0|unused|
444|task_file_socket_unix|iter_task_file_socket_unix_e|8194|state|fd:fd32:d sk_type:uint16:d sk_proto:uint16:d sk_pointer:uint64:- sun_path:fspath:- ino_num:uint64:d
445|NA|iter_task_file_socket_unix_x|0|unused|
446|task_file_socket_netlink|iter_task_file_socket_netlink_e|8194|state|fd:fd32:d sk_type:uint16:d sk_proto:uint16:d ino_num:uint64:d
447|NA|iter_task_file_socket_netlink_x|0|unused|
448|task_file_anon_inode|iter_task_file_anon_inode_e|8194|state|fd:fd32:d fd_type:flags8:d path:fspath:- ino_num:uint64:d
449|NA|iter_task_file_anon_inode_x|0|unused|
450|NA|syscall_close_range_e|0|unused|
451|close_range|syscall_close_range_x|546|state|res:errno:d first:uint32:d last:uint32:d flags:flags32:x
452|NA|syscall_keyctl_e|0|unused|
453|keyctl|syscall_keyctl_x|513||res:errno:d operation:enumflags32:d arg2:dyn:d arg3:dyn:d arg4:dyn:d arg5:dyn:d
`;
