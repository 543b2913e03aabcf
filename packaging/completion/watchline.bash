# SPDX-FileCopyrightText: 2026 The Watchline authors
# SPDX-License-Identifier: MIT
#
# Completion for bash. What there is to complete, the program's own help says.

# The options of a command, one a line, each with what it takes: `--format text|jsonl`.
_watchline_options()
{
    "$@" --help 2>/dev/null |
        sed -n -e '/^  --/!d' -e 's/^  //' -e 's/  .*//' -e 's/, --/\n--/g' -e p
}

# The words of a command's help behind a title, such as the kinds of events.
_watchline_listed()
{
    local title=$1
    shift
    "$@" --help 2>/dev/null |
        sed -n -e "/^$title/,/^\$/s/^  \([a-z][a-z0-9_-]*\)\( .*\)\{0,1\}\$/\1/p"
}

_watchline()
{
    local program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} last= command= options
    program=${program/#\~/$HOME}
    COMPREPLY=()
    ((COMP_CWORD > 0)) && last=${COMP_WORDS[COMP_CWORD - 1]}
    # `--format=csv` comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $last == = ]] && ((COMP_CWORD > 1)); then
        last=${COMP_WORDS[COMP_CWORD - 2]}
    fi

    local commands
    commands=$(_watchline_listed Commands "$program")
    if ((COMP_CWORD > 1)) && grep -qxF -- "${COMP_WORDS[1]}" <<<"$commands"; then
        command=${COMP_WORDS[1]}
    fi
    options=$(_watchline_options "$program" $command)
    local option value takes=
    while read -r option value; do
        [[ $option == "$last" ]] && takes=$value
    done <<<"$options"

    local words= files=
    case $takes in
    '' | '['*)
        if [[ $cur == -* ]]; then
            words=$(sed -e 's/ .*//' <<<"$options")
        else
            files=yes
            [[ $COMP_CWORD -eq 1 ]] && words=$commands
            [[ $takes == '['* ]] && words=$("$program" simulate --list 2>/dev/null | sed 's/ .*//')
        fi
        ;;
    *KIND*) words=$(_watchline_listed Kinds "$program" export) ;;
    *NAME=*) words=$(_watchline_listed Settings "$program" $command | sed 's/$/=/') ;;
    *)
        words=$(tr '|' '\n' <<<"$takes" | sed -n '/^[a-z]/p')
        [[ $takes == *FILE* ]] && files=yes
        [[ $takes == NAME\|FILE ]] && words=$("$program" simulate --list 2>/dev/null | sed 's/ .*//')
        ;;
    esac

    # Of a list what stands behind its last comma.
    local before=
    if [[ $takes == *,... && $cur == *,* ]]; then
        before=${cur%,*},
        cur=${cur##*,}
    fi
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$words" -- "$cur")
    if [[ -n $files ]]; then
        local IFS=$'\n'
        COMPREPLY+=($(compgen -f -- "$cur"))
        compopt -o filenames 2>/dev/null
    fi
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    return 0
}

complete -F _watchline watchline
