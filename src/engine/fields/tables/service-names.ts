// @data: usual services of ports, as far as rules name them (IANA service names).
export const SERVICE_NAMES = `
  20=ftp-data 21=ftp 22=ssh 23=telnet 25=smtp 53=domain 67=bootps 68=bootpc 69=tftp 80=http
  88=kerberos 110=pop3 111=sunrpc 123=ntp 143=imap2 161=snmp 179=bgp 389=ldap 443=https
  445=microsoft-ds 465=submissions 514=shell 587=submission 636=ldaps 873=rsync 989=ftps-data
  990=ftps 993=imaps 995=pop3s 1433=ms-sql-s 1521=oracle 2049=nfs 2379=etcd-client 2380=etcd-server
  3128=squid 3306=mysql 3389=ms-wbt-server 5432=postgresql 5672=amqp 5900=rfb 5984=couchdb
  6379=redis 6443=sun-sr-https 8080=http-alt 8443=https-alt 9042=cassandra 9090=websm
  9200=wap-wsp 10250=kubelet 11211=memcache 27017=mongodb
`;
