"""What signals do to `exec` and to a server that waits for the reader of its ready file."""

import os
import select
import signal
import subprocess
import unittest

from support.dynatape import BINARY, LIMIT_SECONDS, TestCase, environment, run


class Signals(TestCase):
    def test_a_child_that_ends_is_noticed_where_sigchld_was_ignored(self):
        ignored = run("exec", "--", "sh", "-c", "exit 7",
                      preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(ignored.returncode, 7, ignored.stderr)

    def test_signals_sent_to_exec_reach_the_command(self):
        for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(sent.name):
                # The command tells its parent's id, so that the signal is sent once both are there.
                running = subprocess.Popen([BINARY, "exec", "--", "sh", "-c", "echo $PPID; read line"],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL, text=True, env=environment())
                with running:
                    self.assertEqual(int(running.stdout.readline()), running.pid)
                    running.send_signal(sent)
                    self.assertEqual(running.wait(LIMIT_SECONDS), 128 + sent)

    def test_a_server_whose_ready_file_nobody_reads_can_be_ended(self):
        fifo = self.folder / "ready"
        os.mkfifo(fifo)
        server = subprocess.Popen([BINARY, "serve", "--listen", "127.0.0.1:0", "--ready-file", str(fifo)],
                                  stderr=subprocess.PIPE, env=environment())
        with server:
            server.send_signal(signal.SIGTERM)
            readable, _, _ = select.select([server.stderr], [], [], LIMIT_SECONDS)
            self.assertTrue(readable, "it did not end")
            self.assertIn(server.wait(LIMIT_SECONDS), (0, -signal.SIGTERM))


if __name__ == "__main__":
    unittest.main()
