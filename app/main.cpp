// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#include "generated/version.h"

#include <cstdio>

int main()
{
    std::printf("watchline %s\n", watchline::kVersion);
    return 0;
}
