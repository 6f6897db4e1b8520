#!/usr/bin/perl
# Runs in a unit's sandbox in place of its program: tries things, and prints for each "NAME TAB allowed" or the name of
# the error.  Needs nothing but perl-base.  boot_sandbox.py knows what should come out.
use strict;
use warnings;
use Errno;
use POSIX ();
use Socket;

my %names = map { Errno->can($_)->() => $_ } grep { Errno->can($_) } keys %!;

sub say_result {
    my ($name, $good) = @_;
    printf "%s\t%s\n", $name, $good ? "allowed" : ($names{$! + 0} // "errno " . ($! + 0));
}

sub writes {
    my ($file) = @_;
    sysopen(my $handle, $file, POSIX::O_WRONLY() | POSIX::O_CREAT(), 0600) or return 0;
    close $handle;
    unlink $file;
    return 1;
}

sub reads {
    my ($file) = @_;
    open(my $handle, '<', $file) or return 0;
    return defined(readline $handle) ? 1 : 0;
}

sub lists { opendir(my $handle, $_[0]) ? 1 : 0 }
sub opens_socket { my ($family, $type, $protocol) = @_; socket(my $handle, $family, $type, $protocol // 0) ? 1 : 0 }

sub connects {
    my ($family, $type, $address) = @_;
    socket(my $handle, $family, $type, 0) or return 0;
    setsockopt($handle, SOL_SOCKET, SO_SNDTIMEO, pack("qq", 0, 200000)); # what is dropped is no answer
    return connect($handle, $address) || $!{ECONNREFUSED};
}

# In a child, since a call outside a filter may also kill.
sub calls {
    my ($number, @arguments) = @_;
    pipe(my $in, my $out) or die;
    my $pid = fork;
    if (!$pid) {
        my $result = syscall($number, @arguments);
        syswrite $out, pack("i", $result == -1 ? $! + 0 : 0);
        POSIX::_exit(0);
    }
    close $out;
    my $got = sysread $in, my $bytes, 4;
    waitpid $pid, 0;
    $! = $got ? unpack("i", $bytes) : Errno::EINTR();
    return $! == 0;
}

sub executes {
    my ($program) = @_;
    pipe(my $in, my $out) or die;
    my $pid = fork;
    if (!$pid) {
        no warnings;
        exec {$program} $program, "--version";
        syswrite $out, pack("i", $! + 0);
        POSIX::_exit(0);
    }
    close $out;
    my $got = sysread $in, my $bytes, 4;
    waitpid $pid, 0;
    $! = $got ? unpack("i", $bytes) : 0;
    return !$got;
}

# A program that was written here; where none can be written that is the result.
sub executes_own {
    my ($folder) = @_;
    sysopen(my $from, "/bin/true", POSIX::O_RDONLY()) or return 0;
    sysopen(my $to, "$folder/probe", POSIX::O_WRONLY() | POSIX::O_CREAT(), 0700) or return 0;
    my $bytes;
    syswrite $to, $bytes while sysread $from, $bytes, 65536;
    close $to;
    my $good = executes("$folder/probe");
    my $why = $! + 0;
    unlink "$folder/probe";
    $! = $why;
    return $good;
}

sub makes_setuid {
    my ($folder) = grep { writes("$_/probe") } "/tmp", "/var/tmp";
    open(my $handle, '>', "$folder/probe") or return 0;
    my $good = chmod 04755, "$folder/probe";
    my $why = $! + 0;
    unlink "$folder/probe";
    $! = $why;
    return $good;
}

my $own = $ENV{CREDENTIALS_DIRECTORY} // "/run/credentials/none";
open STDOUT, '>&', \*STDOUT;
say_result("socket inet", opens_socket(AF_INET, SOCK_STREAM));
say_result("socket inet6", opens_socket(AF_INET6, SOCK_STREAM));
say_result("socket inet raw", opens_socket(AF_INET, SOCK_RAW, 1));
say_result("socket unix", opens_socket(AF_UNIX, SOCK_STREAM));
say_result("socket netlink", opens_socket(16, SOCK_RAW));
say_result("socket packet", opens_socket(17, SOCK_RAW));
say_result("connect loopback", connects(AF_INET, SOCK_STREAM, pack_sockaddr_in(9, INADDR_LOOPBACK)));
say_result("connect sender", connects(AF_UNIX, SOCK_SEQPACKET, pack_sockaddr_un("/run/dunningd-send/sock")));
say_result("write $_", writes("$_/probe"))
    for "/usr", "/etc", "/etc/dunningd", "/var/lib", "/var/lib/dunningd", "/var/lib/dunningd-witness", "/var/log/dunningd",
    "/var/spool/dunningd/outbox", "/var/backups/dunningd", "/run", "/tmp", "/dev", "/dev/shm";
say_result("list $_", lists($_))
    for "/var/lib/dunningd", "/var/lib/dunningd-witness", "/var/log/dunningd", "/etc/dunningd/policies",
    "/etc/dunningd/credentials", "/root", "/home", "/run/credentials/dunningd-send.service";
say_result("read $_", reads($_))
    for "/etc/dunningd/credentials/kannel", "/var/lib/dunningd/ledger.db", "/etc/shadow", "/proc/1/status", "/tmp/outside",
    "/dev/kmsg";
say_result("read own credential", reads("$own/credentials_kannel"));
say_result("execute own in $_", executes_own($_))
    for "/var/lib/dunningd", "/var/log/dunningd", "/var/spool/dunningd/outbox", "/tmp", "/var/tmp";
say_result("execute $_", executes($_)) for "/bin/sh", "/usr/bin/dunningctl";
say_result("make setuid", makes_setuid());
say_result("make cgroup", mkdir("/sys/fs/cgroup/probe") && rmdir("/sys/fs/cgroup/probe"));
say_result("map writable code", calls(9, 0, 4096, 7, 0x22, -1, 0) || $! == 0);
say_result("unshare user", calls(272, 0x10000000));
say_result("mount", calls(165, "none", "/media", "tmpfs", 0, 0));
say_result("ptrace", calls(101, 0, 0, 0, 0));
say_result("personality", calls(135, 0x0008));
say_result("set priority", calls(141, 0, 0, -5));
say_result("real time", calls(144, 0, 1, pack("i", 1)));
say_result("set clock", calls(227, 0, pack("qq", 1000000000, 0)));
say_result("become root", calls(105, 0));
say_result("change owner", calls(92, "/tmp", 0, 0));
say_result("load bpf", calls(321, 5, pack("x64"), 64));
say_result("get random", calls(318, my $buffer = "x" x 8, 8, 0));
open(my $limits, '<', "/proc/self/limits");
my ($core) = grep { /^Max core/ } $limits ? readline $limits : ();
printf "core limit\t%s\n", $core && $core =~ /\s0\s+0\s/ ? "none" : "some";
printf "credentials\t%s\n", exists $ENV{CREDENTIALS_DIRECTORY} ? "given" : "none";
