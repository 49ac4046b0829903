"""Flows between members of a programme and sums over members, once more in plain loops."""

import math


def divided(count, shares, u):
    """Pupils of one draw, year and grade by destination: whole children in the order of the shares."""
    upto, before, out = 0.0, 0, []
    for share in shares:
        upto += share
        if abs(upto - 1.0) < 1e-9:
            upto = 1.0
        now = math.floor(upto * count + u)
        out.append(now - before)
        before = now
    return out


def arrivals(outs, usual, shares, u):
    """outs, usual, u: [year][grade] of one draw; shares: [destination][grade]. Result [destination][year][grade]."""
    years, grades = len(outs), len(outs[0])
    change = [
        [
            [
                a - b
                for a, b in zip(
                    divided(outs[t][g], [s[g] for s in shares], u[t][g]),
                    divided(usual[t][g], [s[g] for s in shares], u[t][g]),
                    strict=True,
                )
            ]
            for g in range(grades)
        ]
        for t in range(years)
    ]
    result = []
    for k in range(len(shares)):
        rows = []
        for t in range(years):
            row = []
            for g in range(grades):
                came_before = change[t - 1][g - 1][k] if t > 0 and g > 0 else 0
                row.append(change[t][g][k] - came_before)
            rows.append(row)
        result.append(rows)
    return result


def holds(members, window):
    """Share of draws in which no member breaks a clause in the window; members: [member][draw][year] schools over."""
    draws = len(members[0])
    good = 0
    for d in range(draws):
        if all(member[d][t] == 0 for member in members for t in window):
            good += 1
    return good / draws
