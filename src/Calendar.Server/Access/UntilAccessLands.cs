using Calendar.Access;
using Microsoft.AspNetCore.Authorization;

namespace Calendar.Access
{
    internal enum Permission
    {
        ReadRecord,
        ReadPlans,
        Plan,
        WorkOnTasks,
    }
}

namespace Calendar.Server.Access
{
    internal static class Admission
    {
        public static TBuilder Needs<TBuilder>(this TBuilder builder, Permission permission)
            where TBuilder : IEndpointConventionBuilder => permission switch
            {
                Permission.ReadRecord => builder,
                Permission.WorkOnTasks => builder.RequireAuthorization(new AuthorizeAttribute { Roles = "Planner,Association,Admin" }),
                _ => builder.RequireAuthorization(new AuthorizeAttribute { Roles = "Planner,Admin" }),
            };
    }
}
