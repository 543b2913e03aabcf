// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <cstddef>
#include <pthread.h>

namespace watchline {

/// While it lives no std::thread can be made: each is to have a larger stack than there is room
/// for.
class NoThreads
{
public:
    NoThreads()
    {
        pthread_getattr_default_np(&m_before);
        pthread_attr_t none;
        pthread_attr_init(&none);
        pthread_attr_setstacksize(&none, std::size_t{1} << 50);
        pthread_setattr_default_np(&none);
        pthread_attr_destroy(&none);
    }
    ~NoThreads()
    {
        pthread_setattr_default_np(&m_before);
        pthread_attr_destroy(&m_before);
    }

    NoThreads(const NoThreads &) = delete;
    NoThreads &operator=(const NoThreads &) = delete;

private:
    pthread_attr_t m_before;
};

} // namespace watchline
