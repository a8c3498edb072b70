"""Which verbs do something that can be promised or asked for, and which only keep talk going."""

from earwitness.insights.english.wording import any_of

_DOING = frozenset(
    """
    address agree align amend analyse analyze announce approve arrange ask assign attach attend
    benchmark book bring budget buy calculate call cancel chase check circle circulate clarify
    clean collect compare compile complete configure confirm connect consolidate contact contract
    coordinate copy correct deliver demo deploy design determine develop discuss distribute
    document double-check download draft e-mail edit email escalate estimate evaluate examine
    finalise finalize find finish fix follow forward gather hire include inform integrate
    interview introduce investigate invite invoice launch list loop mail meet message migrate
    monitor negotiate notify obtain offer order organise organize outline package pay phone ping
    plan post prepare present prioritise prioritize process propose prototype provide publish pull
    purchase raise reach read record recruit redesign reduce refactor register release remind
    renew reply report request reschedule research reserve resolve respond review revise rewrite
    schedule search send share ship shortlist sign sort specify submit summarise summarize support
    survey sync talk text train transfer unblock update upgrade upload verify visit write
    """.split()
)
_HANDLING = frozenset(
    """
    add build change close create cut draw erase fill get give implement improve install make
    measure merge move open paint pick print produce push put remove rename replace return run
    save scan set simplify solve split test track translate try type work
    """.split()
)
"""What is done with things: as often right now, at the table, as afterwards."""
_IDLE = frozenset(
    """
    admit assume be become believe bet care come continue do doubt end enjoy explain feel forget go
    guess handle happen hate have hear help hold hope imagine join jump keep know lean leave let like
    listen look lose love mean mention mind miss mute need notice pause play prefer pretend question
    recall recognise recognize remember repeat rely say see seem show sit skip slow sound speak spend
    stand start stay step stick stop suggest suppose take tell thank think turn understand unmute use
    wait want watch welcome wish wonder worry
    """.split()
)
_IDLE_YET_DOING = any_of(
    r"""
    take (?:care|over|ownership|the (?:lead|action|notes|minutes)|that (?:on|over|action|one))
    handle
    do (?:that|this|it|the|a|an|some)\b
    join the
    use the
    question the
    have (?:a (?:look|word|call|meeting|chat)|another (?:call|meeting)|someone|somebody)
    have (?:it|that|the .*) (?:ready|available|done|finished)
    look (?:into|at|up|over|after|through)\b
    take (?:a|another) (?:\w+ )?look (?:at|into)\b
    take (?:you|him|her|them|us|me|everyone|everybody|the \w+) (?:to|there|home|over to)\b
    show (?:him|her|them|everyone|everybody|the (?:client|customer|team|board|boss)) (?!how\b)
    get (?:in touch|together|hold of)\b
    (?:find|figure|sort|work) (?:\w+ ){0,3}out\b
    work (?:together )?on (?!(?:it|that|this)\b)
    go to (?:the|a|an|my|his|her|their|our) .*\b(?:weeks?|months?|years?|tomorrow|tonight|\w+days?)\b
    think about (?:how|what|which|who|the)\b
    come (?:back|up with)\b
    go (?:through|over|back to|ahead with)\b
    help (?!you\b|us (?:all|understand)|myself)\w+
    let (?:you|me|us|him|her|them|everyone|the \w+|[a-z]+) know
    speak (?:to|with)\b
    speak (?:again )?(?:next|on)\b
    keep (?:you|me|us|him|her|them|everyone|an eye|track|the team)\b
    tell (?:him|her|them|the|everyone)\b
    (?:explain|show|mention) (?:\w+ )?to (?:him|her|them|the)
    make sure\b
    start (?:working|work|on|writing|preparing|drafting|building|planning|testing)\b
    see (?:if|whether|to it|about getting)\b
    be (?:send|call|e-?mail|prepar|writ|schedul|shar|present|review|organis|organiz|work|meet)ing\b
    be in touch\b
    be (?:setting up|following up|looking into|talking to|speaking to|reaching out|getting back)\b
    """
)
_IDIOM = any_of(
    r"""
    see (?:if|whether) (?:it|that|this)\b
    see (?:if|whether) (?:i|we) (?:understand|understood|get|got|remember|can)\b
    see (?:how|what|about that)
    give (?:(?:it|that|this|them|an?|\w+) ){0,3}(?:one|two|three|four|five|six|seven|eight|nine|ten|score)\b
    remind (?:you|the|everyone|everybody|all|them) (?:\w+ ){0,3}(?:that|to)\b
    (?:make|do|keep|try and do) (?:this|it|that) (?:as )?(?:quick|brief|short)
    put (?:it|this|that|them) back
    go back to\b
    get (?:the|a) message
    (?:assure|confirm|clarify|clear)\b(?! with)
    look at (?:this|that|it) (?:this|that|another) way
    get (?:started|going|used|rid\b|on with|it\b(?! done| fixed| ready| to)|that\b)
    get (?:into\b|there\b|to (?:it|that)|an? (?:idea|sense))
    get back (?:on track|into|to (?:that|this|it|the))
    call (?:it|that)\b
    put it (?:this|that) way
    put (?:you|him|her) on\b
    give (?:you |me |us )?(?:an?|one|some) (?:second|minute|moment|example|idea|time)
    give it (?:a (?:second|minute|moment|go)|some thought)
    give up\b
    run (?:out|into)\b
    run through (?:this|that|it|these)\b
    pick (?:it|this|that) up
    ask (?:you |\w+ )?(?:a|another|one|this) (?:\w+ )?(?:question|thing)
    ask (?:you|this|that)\b
    try (?:again|that|this|it)\b
    pass (?:on|it|over)\b
    work (?:fine|well|great|for|like|if|out (?:fine|well)|with (?:that|this|it))\b
    make (?:sense|it (?:clear|very|more|really|quick|short)|a (?:difference|point)|mistakes|money)
    find (?:that|it|ourselves|yourself|them)\b(?! out\b)
    share (?:my|the) screen
    (?:push|press|pass|plug)\b
    (?:open|start|show|close) (?:me )?(?:my|your|the|that) (?:\w+ )?(?:presentation|slides?|file|window)\b
    (?:open|start|show|close) (?:me )?(?:my|your|the|that) (?:\w+ )?screen\b
    (?:go|move|scroll|turn) (?:on |over )?(?:to the next|up|down)\b
    give (?:\w+ )?(?:me )?(?:the|a|that) (?:pen|mouse|beamer|microphone|mic|remote)\b
    draw\b.* now$
    note (?:that|the)\b
    wait\b
    go ahead$
    add (?:that|to that|one thing|something)\b
    talk about\b(?!.*\b(?:week|tomorrow|(?:mon|tues|wednes|thurs|fri)day)\b)
    talk (?:a|you|us|me|more|slower|louder)\b
    discuss (?:it|this|that)? ?now
    do (?:that|it|this) (?:now|first|again)\b
    do (?:the|a) (?:quick )?(?:introduction|round)
    hand (?:it |you |this |that )?over to
    close (?:with|here|this|the meeting)
    open (?:it|this) up
    cut (?:you|in)\b
    read (?:it|this|that|you)\b
    let (?:you|me|us) know$
    go (?:over|through|back to) (?:it|this|that|these|the (?:agenda|next))\b
    come back to (?:that|this|it)\b
    present (?:now|first|it)?$
    introduce (?:myself|yourself|yourselves|ourselves)
    start on (?:the )?(?:agenda|time)
    meet (?:the )?(?:expectations|needs|requirements)
    report on that now
    help (?:me |us )?(?:out )?(?:here|there)$
    correct me if\b
    summari[sz]e\b$
    be (?:sure|ready|there|back)\b
    agree\b(?! (?:on|with)\b)
    offer\b$
    """
)


_AT_HAND = any_of(
    r"""
    (?:have|take) (?:a|another) (?:\w+ )?look at (?:this|that|it|the (?:screen|next))\b
    look at (?:this|that|it|the (?:screen|next))\b
    """
)


def base_of(gerund: str) -> str | None:
    """Return the verb that a word in -ing is of: "sending" is of "send"; None where nothing known is done."""
    stem = gerund.removesuffix("ing")
    bases = (stem, stem + "e", stem[:-1] if stem[-2:-1] == stem[-1:] else stem)
    return next((base for base in bases if base in _DOING or base in _HANDLING), None)


def at_hand(phrase: str) -> bool:
    """Say whether a phrase asks everybody to look at what lies before them; who promises it means later."""
    return _AT_HAND.match(phrase) is not None


def doing(verb: str, phrase: str) -> float | None:
    """Say how much a verb phrase is about doing: 1 for what is known to take time, 0 for an unknown verb.

    Args:
        verb: the first verb of the phrase, lower-cased.
        phrase: from the verb to the end of the clause.

    Returns:
        None where the phrase is an idiom or only keeps the talk going ("see", "say", "get started").
    """
    if _IDIOM.match(phrase):
        return None
    if _IDLE_YET_DOING.match(phrase):
        return 1.0
    if verb in _IDLE:
        return None
    return 1.0 if verb in _DOING else 0.5 if verb in _HANDLING else 0.0
