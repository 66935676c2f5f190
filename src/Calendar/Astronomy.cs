namespace Calendar;

/// <summary>
/// New moons and the sun's place after Jean Meeus, "Astronomical Algorithms" (2nd ed., 1998): new moons to some ten seconds, the sun
/// to some minutes. Days are Julian days, numbered by the noon they hold, at UTC+7.
/// </summary>
internal static class Astronomy
{
    private const double _offset = 7 / 24.0;

    // Chapter 49, new moon: days; multiples of M, M', F and Ω; the power of E.
    private static readonly (double Days, int Sun, int Moon, int Latitude, int Node, int E)[] _terms =
    [
        (-0.40720, 0, 1, 0, 0, 0), (0.17241, 1, 0, 0, 0, 1), (0.01608, 0, 2, 0, 0, 0), (0.01039, 0, 0, 2, 0, 0), (0.00739, -1, 1, 0, 0, 1),
        (-0.00514, 1, 1, 0, 0, 1), (0.00208, 2, 0, 0, 0, 2), (-0.00111, 0, 1, -2, 0, 0), (-0.00057, 0, 1, 2, 0, 0), (0.00056, 1, 2, 0, 0, 1),
        (-0.00042, 0, 3, 0, 0, 0), (0.00042, 1, 0, 2, 0, 1), (0.00038, 1, 0, -2, 0, 1), (-0.00024, -1, 2, 0, 0, 1), (-0.00017, 0, 0, 0, 1, 0),
        (-0.00007, 2, 1, 0, 0, 0), (0.00004, 0, 2, -2, 0, 0), (0.00004, 3, 0, 0, 0, 0), (0.00003, 1, 1, -2, 0, 0), (0.00003, 0, 2, 2, 0, 0),
        (-0.00003, 1, 1, 2, 0, 0), (0.00003, -1, 1, 2, 0, 0), (-0.00002, -1, 1, -2, 0, 0), (-0.00002, 1, 3, 0, 0, 0), (0.00002, 0, 4, 0, 0, 0),
    ];

    // Of the planets: days; degrees at k = 0 and per k; the first one, which has a square too, stands in the code.
    private static readonly (double Days, double At0, double PerK)[] _planets =
    [
        (0.000165, 251.88, 0.016321), (0.000164, 251.83, 26.651886), (0.000126, 349.42, 36.412478),
        (0.000110, 84.66, 18.206239), (0.000062, 141.74, 53.303771), (0.000060, 207.14, 2.453732), (0.000056, 154.84, 7.306860),
        (0.000047, 34.52, 27.261239), (0.000042, 207.19, 0.121824), (0.000040, 291.34, 1.844379), (0.000037, 161.72, 24.198154),
        (0.000035, 239.56, 25.513099), (0.000023, 331.55, 3.592518),
    ];

    /// <summary>The number of the new moon nearest to a decimal year; 0 is that of 6 January 2000.</summary>
    public static int NewMoonNear(double year) => (int)Math.Round((year - 2000) * 12.3685);

    /// <summary>The day on which a new moon falls.</summary>
    public static int DayOfNewMoon(int k)
    {
        var instant = NewMoon(k);
        return (int)Math.Floor(instant - (DeltaT(instant) / 86_400) + 0.5 + _offset);
    }

    /// <summary>Which twelfth of its circle, 0 from the spring equinox on, the sun is in when a day begins.</summary>
    public static int SignAtMidnight(int day)
    {
        var midnight = day - 0.5 - _offset;
        return (int)(SunLongitude(midnight + (DeltaT(midnight) / 86_400)) / 30);
    }

    // Julian ephemeris day.
    private static double NewMoon(int k)
    {
        var t = k / 1236.85;
        var (t2, t3, t4) = (t * t, t * t * t, t * t * t * t);
        var sun = 2.5534 + (29.10535670 * k) - (0.0000014 * t2) - (0.00000011 * t3);
        var moon = 201.5643 + (385.81693528 * k) + (0.0107582 * t2) + (0.00001238 * t3) - (0.000000058 * t4);
        var latitude = 160.7108 + (390.67050284 * k) - (0.0016118 * t2) - (0.00000227 * t3) + (0.000000011 * t4);
        var node = 124.7746 - (1.56375588 * k) + (0.0020672 * t2) + (0.00000215 * t3);
        var e = 1 - (0.002516 * t) - (0.0000074 * t2);
        var instant = 2451550.09766 + (29.530588861 * k) + (0.00015437 * t2) - (0.000000150 * t3) + (0.00000000073 * t4);
        foreach (var term in _terms)
        {
            instant += term.Days * Math.Pow(e, term.E) * Sin((term.Sun * sun) + (term.Moon * moon) + (term.Latitude * latitude) + (term.Node * node));
        }

        instant += 0.000325 * Sin(299.77 + (0.107408 * k) - (0.009173 * t2));
        foreach (var (days, at0, perK) in _planets)
        {
            instant += days * Sin(at0 + (perK * k));
        }

        return instant;
    }

    // Chapter 25, apparent, 0 to 360 degrees.
    private static double SunLongitude(double ephemerisDay)
    {
        var t = (ephemerisDay - 2_451_545) / 36_525;
        var anomaly = 357.52911 + (35999.05029 * t) - (0.0001537 * t * t);
        var centre = ((1.914602 - (0.004817 * t) - (0.000014 * t * t)) * Sin(anomaly)) + ((0.019993 - (0.000101 * t)) * Sin(2 * anomaly)) + (0.000289 * Sin(3 * anomaly));
        var longitude = 280.46646 + (36000.76983 * t) + (0.0003032 * t * t) + centre - 0.00569 - (0.00478 * Sin(125.04 - (1934.136 * t)));
        return longitude - (360 * Math.Floor(longitude / 360));
    }

    // Seconds by which the clocks of ephemerides are ahead of ours (Espenak and Meeus, "Five Millennium Canon of Solar Eclipses", 2006).
    private static double DeltaT(double julianDay)
    {
        var year = 2000 + ((julianDay - 2_451_544.5) / 365.2425);
        var t = year - 2000;
        return year switch
        {
            < 1986 => Polynomial(year - 1975, 45.45, 1.067, -1 / 260.0, -1 / 718.0),
            < 2005 => Polynomial(t, 63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599),
            < 2050 => Polynomial(t, 62.92, 0.32217, 0.005589),
            _ => -20 + (32 * ((year - 1820) / 100) * ((year - 1820) / 100)) - (0.5628 * (2150 - year)),
        };
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return sum;
    }

    private static double Sin(double degrees) => Math.Sin(degrees % 360 * (Math.PI / 180));
}
