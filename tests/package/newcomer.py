"""A mechanism in a room of its own, file by file as its author would drop them in."""

FILES = {
    "attnkit/optics/__init__.py": '''
        """How is light bent?"""

        from attnkit.optics.lens import focus

        __all__ = ["focus"]
        ''',
    "attnkit/optics/room.toml": """
        part = 90
        question = "How is light bent?"

        [problem_set]
        title = "Bent light"
        introduction = "What a thin lens does."
        """,
    "attnkit/optics/lens/__init__.py": '''
        """A thin lens: where the light of a point meets again."""

        from attnkit.optics.lens.gauss import focus, magnification

        __all__ = ["focus", "magnification"]
        ''',
    "attnkit/optics/lens/card.toml": """
        title = "The thin lens"
        question = "Where does light meet again?"
        source = "Gauss 1841"
        order = 1
        references = ["gauss1841dioptrics"]
        without_laws = "It bends rays, and weighs nothing."
        """,
    "attnkit/optics/lens/gauss.py": '''
        """The equation of a thin lens."""

        __all__ = ["focus", "magnification"]


        def focus(distance: float) -> float:
            """Where a lens of focal length one sees a point."""
            return 1 / (1 - 1 / distance)


        def magnification(distance: float) -> float:
            """How many times larger the picture is."""
            return focus(distance) / distance
        ''',
    "attnkit/optics/lens/claims.py": '''
        """What the page on the lens claims."""

        from attnkit.claims import claim
        from attnkit.optics.lens.gauss import focus


        @claim("two-focal-lengths", source="Gauss 1841", computes=focus)
        def two_focal_lengths() -> dict[str, float]:
            """The picture of a point at twice the focal length."""
            return {"place": focus(2.0)}
        ''',
    "attnkit/optics/lens/figures.py": '''
        """The figure of the lens."""

        import numpy as np

        from attnkit.explore import Axis, Explorable, Panel, Slider
        from attnkit.explore.marks import Line
        from attnkit.optics.lens.gauss import focus


        def compute(distance: float) -> dict:
            """The two rays that meet."""
            along = np.array([-distance, 0.0, focus(distance)])
            return {"x": along, "y": np.array([0.0, 1.0, 0.0])}


        THIN_LENS = Explorable(
            name="thin-lens",
            title="A lens",
            compute=compute,
            controls=[Slider("distance", low=2.0, high=4.0, default=2.0, step=1.0)],
            panels=[
                Panel(
                    Line("x", "y", label="ray"),
                    x=Axis("along", (-4, 4)),
                    y=Axis("across", (-1, 1)),
                    main=True,
                )
            ],
            caption="Move the point away and its picture comes nearer.",
            alt="Two rays that leave a point meet again behind the lens.",
        )
        ''',
    "attnkit/optics/lens/tasks.py": '''
        """The task of the lens."""

        from attnkit.coursework import Task

        WHY_TWICE = Task(
            name="why-twice",
            title="Why twice?",
            kind="explain",
            difficulty=1,
            minutes=5,
            statement="Why is the picture as large as the thing at twice the focal length?",
            hints=("Draw the two rays.", "They are alike.", "Exchange the two sides."),
            rubric=("Says that light may run backwards.",),
        )
        ''',
    "book/optics/lens/chapter.md": """
        # The thin lens

        Known since {cite}`gauss1841dioptrics`.

        ```{explorable} thin-lens
        ```

        ```{claim} two-focal-lengths
        A point at twice the focal length is seen at twice the focal length.
        ```

        ```{task} why-twice
        ```
        """,
    "book/optics/lens/teach.md": """
        # Teaching: The thin lens

        Bring a candle.
        """,
    "book/optics/lens/refs.bib": """
        @book{gauss1841dioptrics, author = {Gauss, Carl Friedrich},
          title = {Dioptrische Untersuchungen}, publisher = {Dieterich}, year = 1841}
        """,
    "tests/optics/lens/test_gauss.py": """
        import pytest

        from attnkit.optics import focus


        @pytest.mark.claim("two-focal-lengths")
        def test_twice_is_twice():
            assert focus(2.0) == 2.0
        """,
    "teacher/solutions/why_twice.py": '''
        """Light may run backwards, and at twice the focal length both ways are one."""
        ''',
}
