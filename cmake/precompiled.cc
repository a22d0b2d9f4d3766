// Carries precompiled.h; there is nothing else in it.
