"""What rules ask of a run, whatever their group: each module answers one kind of question.

Only the resource that a rule looks at is known to decode. The others are read as written and may hold anything.
"""
