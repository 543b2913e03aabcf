# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# Completion for fish. What there is to complete, the program's own help says.

# The options of a command, one a line, each with what it takes: `--format text|jsonl`.
function __watchline_options
    $argv --help 2>/dev/null |
        sed -n -e '/^  --/!d' -e 's/^  //' -e 's/  .*//' -e 's/, --/\n--/g' -e p
end

# The words of a command's help behind a title, such as the kinds of events.
function __watchline_listed
    set -l title $argv[1]
    $argv[2..] --help 2>/dev/null |
        sed -n -e "/^$title/,/^\$/s/^  \([a-z][a-z0-9_-]*\)\( .*\)\{0,1\}\$/\1/p"
end

function __watchline_scenarios
    $argv[1] simulate --list 2>/dev/null | sed 's/ .*//'
end

function __watchline_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -l commands (__watchline_listed Commands $program)
    set -l call $program
    if test (count $words) -gt 1; and contains -- $words[2] $commands
        set call $program $words[2]
    end
    set -l options (__watchline_options $call)
    set -l last $words[-1]
    set -l before
    # `--format=csv` is one word.
    if string match -q -- '--*=*' $current
        set last (string replace -r '=.*' '' -- $current)
        set before "$last="
        set current (string replace -r '^[^=]*=' '' -- $current)
    end
    set -l takes
    for option in $options
        if string match -q -- "$last *" $option
            set takes (string replace -- "$last " '' $option)
        end
    end

    set -l wanted
    set -l files
    switch "$takes"
        case '' '[*'
            if string match -q -- '-*' $current
                set wanted (string replace -r ' .*' '' -- $options)
            else
                set files yes
                test (count $words) -eq 1; and set -a wanted $commands
                string match -q '[*' -- "$takes"; and set -a wanted (__watchline_scenarios $program)
            end
        case '*KIND*'
            set wanted (__watchline_listed Kinds $program export)
            set -l list (string match -r '.*,' -- $current)
            set before "$before$list"
        case '*NAME=*'
            set wanted (__watchline_listed Settings $call | sed 's/$/=/')
        case 'NAME|FILE'
            set wanted (__watchline_scenarios $program)
            set files yes
        case '*'
            set wanted (string match -r '^[a-z].*' -- (string split '|' -- $takes))
            string match -q '*FILE*' -- $takes; and set files yes
    end
    test -n "$files"; and set -a wanted (complete -C "'' "(string escape -- $current))
    for word in $wanted
        echo "$before$word"
    end
end

complete -c watchline -f -a '(__watchline_complete)'
