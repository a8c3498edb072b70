"""Which verbs do something that can be promised or asked for, and which only keep talk going."""

from earwitness.insights.wording import any_of

_DOING = frozenset(
    """
    add address agree align amend analyse analyze announce approve arrange ask assign attach attend
    benchmark book bring budget build buy calculate call cancel change chase check circle circulate
    clarify clean close collect compare compile complete configure confirm connect consolidate contact
    contract coordinate copy correct create cut deliver demo deploy design determine develop discuss
    distribute document double-check download draft edit email e-mail escalate estimate evaluate examine
    fill finalise finalize find finish fix follow forward gather get give hire implement improve include
    inform install integrate interview introduce investigate invite invoice launch list loop mail make
    measure meet merge message migrate monitor negotiate notify obtain offer order organise organize
    outline package pay phone pick ping plan post prepare present print prioritise prioritize process
    produce propose prototype provide publish pull purchase push raise reach read record recruit
    redesign reduce refactor register release remind remove renew rename replace reply report request
    research reschedule reserve resolve respond return review revise rewrite run save scan schedule
    search send set share ship shortlist sign simplify solve sort specify split submit summarise
    summarize support survey sync talk test text track train transfer translate try type unblock update
    upgrade upload verify visit work write
    """.split()
)
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
    """
)
_IDIOM = any_of(
    r"""
    see (?:if|whether) (?:it|that|this)\b
    see (?:how|what|about that)
    have (?:a look|another look) at (?:this|that|it|the (?:screen|next))\b
    look at (?:this|that|it|the (?:screen|next))\b
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
    find (?:that|it|ourselves|yourself|them)\b
    share (?:my|the) screen
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
    help (?:out )?(?:here|there)$
    summari[sz]e\b$
    be (?:sure|ready|there|back)\b
    agree\b(?! (?:on|with)\b)
    offer\b$
    """
)


def doing(verb: str, phrase: str) -> float | None:
    """Say how much a verb phrase is about doing: 1 for a known action, 0 for an unknown verb.

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
    return 1.0 if verb in _DOING else 0.0
