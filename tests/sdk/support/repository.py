"""A git repository that `dynatape cassette git-setup` has taught about cassettes."""

import subprocess

from support.dynatape import TestCase, environment, run


class RepositoryTest(TestCase):
    def setUp(self):
        super().setUp()
        self.repository = self.folder / "repository"
        self.repository.mkdir()
        self.tape = self.repository / "session.tape"
        self.git("init", "--quiet", "--initial-branch=main")
        setup = run("cassette", "git-setup", cwd=self.repository, env=self.environment())
        self.assertEqual(setup.returncode, 0, setup.stderr)

    def environment(self):
        return environment(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null",
                           GIT_AUTHOR_NAME="a", GIT_AUTHOR_EMAIL="a@b.c",
                           GIT_COMMITTER_NAME="a", GIT_COMMITTER_EMAIL="a@b.c")

    def git(self, *arguments, status=0):
        done = subprocess.run(["git", *arguments], cwd=self.repository, env=self.environment(), text=True,
                              capture_output=True, timeout=120)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def commit(self, message):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
