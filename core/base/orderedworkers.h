// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace watchline {

/// Works on items in threads of its own and gives them back in the order they were put in. With no
/// threads, also because the system has none to give, put() does the work. All members are called
/// in one thread.
template<typename Item>
class OrderedWorkers
{
public:
    using Work = std::function<void(Item &)>;

    OrderedWorkers(int threads, Work work)
        : m_work(std::move(work))
        , m_wanted(static_cast<std::size_t>(threads))
    {}

    /// What was begun is finished; the rest is left as it is.
    ~OrderedWorkers()
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_isOver = true;
        }
        m_hasWork.notify_all();
        for (auto &thread : m_threads)
            thread.join();
    }

    OrderedWorkers(const OrderedWorkers &) = delete;
    OrderedWorkers &operator=(const OrderedWorkers &) = delete;

    /// `item` is not owned and is the workers' until take() gives it back.
    void put(Item &item)
    {
        // Little work needs few threads.
        if (m_threads.size() < m_wanted && m_threads.size() <= m_slots.size())
            addThread();
        if (m_wanted == 0) {
            m_work(item);
            m_slots.push_back({&item, State::Done});
            return;
        }
        {
            const std::scoped_lock lock(m_mutex);
            m_slots.push_back({&item, State::Waiting});
        }
        m_hasWork.notify_one();
    }

    bool isEmpty() const { return m_slots.empty(); }

    /// The item put in longest ago, when its work is done. Not to be called when there is none.
    Item &take()
    {
        std::unique_lock lock(m_mutex);
        m_isDone.wait(lock, [this] { return m_slots.front().state == State::Done; });
        Item &item = *m_slots.front().item;
        m_slots.pop_front();
        return item;
    }

private:
    enum class State {
        Waiting,
        Taken,
        Done,
    };

    struct Slot
    {
        Item *item;
        State state;
    };

    void addThread()
    {
        try {
            m_threads.emplace_back([this] { run(); });
        } catch (const std::system_error &) {
            m_wanted = m_threads.size(); // there are no more to be had
        }
    }

    Slot *firstWaiting()
    {
        for (auto &slot : m_slots) {
            if (slot.state == State::Waiting)
                return &slot;
        }
        return nullptr;
    }

    void run()
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            Slot *slot = nullptr;
            m_hasWork.wait(lock, [&] { return m_isOver || (slot = firstWaiting()); });
            if (m_isOver)
                return;
            slot->state = State::Taken;
            lock.unlock();
            m_work(*slot->item);
            lock.lock();
            slot->state = State::Done; // slots stay where they are until they are taken
            m_isDone.notify_one();
        }
    }

    const Work m_work;
    std::size_t m_wanted;
    std::vector<std::thread> m_threads;
    std::mutex m_mutex;
    std::condition_variable m_hasWork;
    std::condition_variable m_isDone;
    std::deque<Slot> m_slots;
    bool m_isOver = false;
};

} // namespace watchline
